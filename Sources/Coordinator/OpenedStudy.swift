package import Experiments
package import Studies
import Files
import Glibc
package import Search
package import StudyStore

/// A study folder that is ready to be worked on: locked, and its journal replayed.
package struct OpenedStudy {
    package let folder: StudyFolder
    package let lock: StudyLock
    let journal: Journal
    package let state: StudyState
    /// Trials whose checkpoints were not what the journal says, and what became of them. Journal and files agree again.
    package let repairs: [CheckpointRepair]
    /// Completed trials that are reopened for more epochs, and have no checkpoint to go on from: they are trained anew.
    package let begunAnew: [Int]
    /// Whether the folder held this study before.
    package let isContinued: Bool
    /// What decides on its trials.
    let search: any TrialSearch
    /// Whether there is nothing left to do.
    package let isOver: Bool
    /// By what its trials are judged: as this run asks, but as the study stands where there is nothing left to train.
    package let terms: StudyTerms

    /// Opens the folder, and makes it where there is none; a folder that is refused is left as it was.
    ///
    /// - Parameter dataFolder: where the experiment's relative paths start from, for who goes on with the study later.
    /// - Throws: ``StudyRefusal`` where the folder is another experiment's or no study's, ``StudyStoreError`` where it
    ///   is locked, damaged or cannot be written.
    package init(
        _ folder: StudyFolder, file: ExperimentFile, text: String, plan: TrialPlan, dataDigest: String,
        dataFolder: String? = nil, taking finished: FinishedTrials = FinishedTrials(), program: String, unix: Double
    ) throws {
        try StudyRefusal.check(folder, identity: file.identity, dataDigest: dataDigest)
        lock = try StudyLock(folder)
        // From here on by its descriptor.
        let folder = lock.folder.keepingLast(as: file.experiment.training == nil ? .tar : .hdf5)
        self.folder = folder
        let (journal, replayed) = try Journal.openStudy(folder)
        self.journal = journal
        var state = replayed.state
        // Beside the work: the next start is faster for it, this one does not wait.
        if replayed.isWorthASnapshot {
            BackgroundQueue(label: "winnow.snapshot").async { replayed.writeSnapshot(in: folder) }
        }
        isContinued = state.created != nil
        let search = StudySearch.search(of: file.experiment, plan, after: state)
        let id = state.created == nil ? StudyID.drawn() : state.id
        let (taken, copies) = finished.records(after: state, of: id, unix: unix)
        let missing = Self.missingRecords(
            state, search, epochs: file.experiment.train.epochs ?? 0,
            created: .init(
                id: id, identity: file.identity, dataDigest: dataDigest, folder: dataFolder, program: program,
                unix: unix))
        isOver = missing.isEmpty && taken.isEmpty && state.isOver && search.remaining(state) == 0
        let asked = StudyTerms(file.experiment)
        terms = isOver ? Self.standingTerms(folder) ?? asked : asked
        // What trials are still trained by is what the folder says, also where a run changes nothing but the budget.
        if !isOver, !(missing + taken).isEmpty || Self.hasOtherFile(folder, than: file.resolvedYAML()) {
            try AtomicFile.write(text, to: folder.experimentPath)
            try AtomicFile.write(file.resolvedYAML(), to: folder.resolvedPath)
        }
        for copy in copies { try copy.perform(into: folder) }
        for record in missing + taken {
            try state.add(record, of: folder)
            journal.append(record)
        }
        self.search = search
        let repairs = try state.trials.lazy.filter { !$0.isOver }.compactMap { try CheckpointRepair($0, in: folder) }
        for record in repairs.flatMap({ $0.records(unix: unix) }) {
            try state.add(record, of: folder)
            journal.append(record)
        }
        begunAnew = missing.compactMap { record in
            if case .trialReopened(let body) = record, state.trials[body.trial].last == nil { body.trial } else { nil }
        }
        // A coordinator may have been killed between the record that gives a file up and its removal.
        for trial in state.trials where trial.isOver && trial.phase != .failed && trial.last == nil {
            try? CheckpointFile.remove(folder.checkpointPath(trial: trial.number, .last))
        }
        try journal.commit()
        for repair in repairs {
            try repair.perform(in: folder)
        }
        self.repairs = repairs
        self.state = state
    }

    /// What the folder's own experiment says; nil where it cannot be read.
    private static func standingTerms(_ folder: StudyFolder) -> StudyTerms? {
        guard let bytes = try? StoredBytes.read(folder.resolvedPath) else { return nil }
        let file = try? ExperimentFile(text: String(decoding: bytes, as: UTF8.self), name: folder.resolvedPath)
        return file.map { StudyTerms($0.experiment) }
    }

    private static func hasOtherFile(_ folder: StudyFolder, than resolved: String) -> Bool {
        (try? StoredBytes.read(folder.resolvedPath)) != Array(resolved.utf8)
    }

    /// What has to be recorded before work can begin: nothing at all for a study that is finished.
    private static func missingRecords(
        _ state: StudyState, _ search: any TrialSearch, epochs: Int, created: JournalRecord.StudyCreated
    ) -> [JournalRecord] {
        (state.created == nil ? [.studyCreated(created)] : [])
            + search.reopened(state, epochs: epochs).map { .trialReopened(.init(trial: $0, unix: created.unix)) }
    }
}

/// A folder that cannot become, or is not, this experiment's study.
package enum StudyRefusal: Error, Hashable, CustomStringConvertible {
    case notAStudy(String)
    /// `differences`: where the two experiments differ, as far as that can be told.
    case otherExperiment(String, differences: [SettingDifference])
    case otherData(String)

    package var description: String {
        switch self {
        case .notAStudy(let path):
            "\(path): is no study folder and not empty; choose another with --study"
        case .otherExperiment(let path, let differences):
            "\(path): belongs to another experiment\(Self.words(differences)) (only epochs, search space, trials and seeds may differ; "
                + "and epochs not, where a schedule's own follow from them); choose another folder with --study"
        case .otherData(let path):
            "\(path): was begun with other data, or other files of its program (their SHA-256 has changed); choose another folder with --study"
        }
    }

    /// Looks without touching anything.
    package static func check(_ folder: StudyFolder, identity: String, dataDigest: String) throws {
        guard let created = try Journal.readCreation(folder) else {
            guard isEmpty(folder) else { throw StudyRefusal.notAStudy(folder.path) }
            return
        }
        if created.identity != identity {
            let today = todaysIdentity(folder)
            guard today == identity else {
                throw StudyRefusal.otherExperiment(
                    folder.path, differences: SettingDifference.between(today ?? created.identity, identity))
            }
        }
        guard created.dataDigest == dataDigest else { throw StudyRefusal.otherData(folder.path) }
    }

    /// The first differences; an experiment that has little in common with the study's has too many for a line.
    private static func words(_ differences: [SettingDifference]) -> String {
        guard !differences.isEmpty else { return "" }
        let shown = differences.prefix(5).map {
            "\($0.path) is \($0.old ?? "not set") there and \($0.new ?? "not set") here"
        }
        let more = differences.count > 5 ? "; and \(differences.count - 5) more differ" : ""
        return ": \(shown.joined(separator: "; "))\(more)"
    }

    /// What this program makes of the study's own experiment: an earlier one may have known fewer keys.
    private static func todaysIdentity(_ folder: StudyFolder) -> String? {
        guard let bytes = try? StoredBytes.read(folder.resolvedPath) else { return nil }
        return try? ExperimentFile(text: String(decoding: bytes, as: UTF8.self), name: folder.resolvedPath).identity
    }

    /// Whether the folder is missing, or holds nothing but what a coordinator that died at its start leaves.
    private static func isEmpty(_ folder: StudyFolder) -> Bool {
        let own = ["lock", "journal", "experiment.yaml", "resolved.yaml"]
        guard let names = try? Folder<StudyStoreError>.names(in: folder.path) else {
            return access(folder.path, F_OK) != 0 && errno == ENOENT
        }
        return names.allSatisfy { own.contains($0) || $0.hasPrefix(".") || StudyFolder.isLeftover($0) }
    }
}
