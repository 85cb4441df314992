package import Experiments
internal import Files
internal import Glibc
internal import Studies
package import StudyStore

/// Completed trials of other studies that a study would train alike: the same resolved experiment, seed, data and version
/// of the program. They are taken over instead of being trained again.
package struct FinishedTrials: Sendable {
    /// One trial, with its values in the space of the study that takes it over.
    struct Entry: Sendable {
        let folder: StudyFolder
        let trial: TrialState
        let assignment: Assignment
    }

    private(set) var entries: [Entry] = []
    /// What was found in each study, one line each.
    package private(set) var remarks: [String] = []

    package init() {}

    /// - Parameters:
    ///   - folders: of the other studies.
    ///   - file: the experiment of the study that takes trials over.
    ///   - dataDigest: of its data, or of its program's files.
    /// - Throws: ``FinishedTrialsError`` where a study has another objective or other data, ``StudyStoreError`` where it
    ///   cannot be read.
    package init(in folders: [StudyFolder], for file: ExperimentFile, dataDigest: String, program: String) throws {
        for folder in folders { try add(folder, for: file, dataDigest: dataDigest, program: program) }
    }

    private mutating func add(
        _ folder: StudyFolder, for file: ExperimentFile, dataDigest: String, program: String
    ) throws {
        let reader = try StudyReader(folder)
        let other = try ExperimentFile(text: reader.resolved, name: folder.resolvedPath)
        let (theirs, ours) = (other.experiment.train.select, file.experiment.train.select)
        guard theirs.monitor == ours.monitor, theirs.goal == ours.goal else {
            throw FinishedTrialsError.otherObjective(folder.path, theirs: theirs, ours: ours)
        }
        guard let created = reader.state.created, created.dataDigest == dataDigest else {
            throw FinishedTrialsError.otherData(folder.path)
        }
        let completed = reader.state.trials.filter { $0.phase == .completed }
        guard created.program == program else {
            remarks.append(
                "\(folder.path): none of its \(completed.count) completed trials is taken over: \(created.program) has "
                    + "trained them, and this is \(program)")
            return
        }
        let folder = folder.keepingLast(as: file.experiment.training == nil ? .tar : .hdf5)
        let found = completed.compactMap { trial in
            file.assignment(like: trial.assignment, ofReplicate: trial.replicate, in: other).map {
                Entry(folder: folder, trial: trial, assignment: $0)
            }
        }
        entries += found
        remarks.append(
            "\(folder.path): \(found.count) of its \(completed.count) completed trials are those of this study, and are "
                + "not trained again")
    }

    /// The records that make a study of these trials as well, after those that it has.
    ///
    /// - Returns: with the files that have to be there before the records are durable.
    func records(after state: StudyState, of study: StudyID, unix: Double) -> (
        records: [JournalRecord], copies: [FileCopy]
    ) {
        var known = Set(state.trials.map { SeededSettings($0.assignment, seed: $0.seed) })
        var points = Dictionary(state.trials.map { (PointSettings($0.assignment), $0.point) }) { first, _ in first }
        var next = (point: (points.values.max() ?? -1) + 1, trial: state.trials.count)
        var (records, copies): ([JournalRecord], [FileCopy]) = ([], [])
        var metrics = state.metrics
        for entry in entries {
            let settings = PointSettings(entry.assignment)
            guard known.insert(SeededSettings(settings, seed: entry.trial.seed)).inserted else { continue }
            let point = points[settings] ?? next.point
            if points[settings] == nil {
                points[settings] = point
                next.point += 1
            }
            let created = JournalRecord.TrialCreated(
                trial: next.trial, point: point, replicate: entry.trial.replicate, seed: entry.trial.seed,
                assignment: entry.assignment, takenFrom: "\(entry.folder.path), trial \(entry.trial.number)")
            records += entry.records(created, study, &metrics, unix: unix)
            for kind in entry.files.map(\.kind) {
                copies.append(
                    FileCopy(
                        source: entry.folder.checkpointPath(trial: entry.trial.number, kind), trial: next.trial, kind))
            }
            next.trial += 1
        }
        return (records, copies)
    }

}

extension FinishedTrials.Entry {
    /// Those that are kept.
    fileprivate var files: [StoredFile] { [trial.best, trial.last].compactMap(\.self) }

    fileprivate func records(
        _ created: JournalRecord.TrialCreated, _ study: StudyID, _ metrics: inout MetricTable, unix: Double
    ) -> [JournalRecord] {
        let id = AttemptID(study: study, trial: created.trial, attempt: 1)
        var records: [JournalRecord] = [
            .decided(.init(.create(created), reason: "taken over from \(created.takenFrom ?? "")", unix: unix)),
            .attemptStarted(.init(id: id, worker: trial.worker, fromEpoch: 0, unix: trial.started ?? unix)),
        ]
        for var result in trial.history {
            result.id = id
            let row = Row(result, metrics)
            for name in row.orderedNames { metrics.register(name) }
            records.append(.epochFinished(row))
        }
        for file in files { records.append(.fileStored(.init(id: id, file: file))) }
        if var outcome = trial.outcome {
            outcome.id = id
            records.append(.trialFinished(.init(outcome: outcome, unix: trial.finished ?? unix)))
        }
        return records
    }
}

/// A checkpoint that comes into a study's folder.
struct FileCopy: Sendable {
    let source: String
    let trial: Int
    let kind: StoredFile.Kind

    init(source: String, trial: Int, _ kind: StoredFile.Kind) {
        self.source = source
        self.trial = trial
        self.kind = kind
    }

    /// A checkpoint is never changed, only replaced: on the same file system it needs no second copy of its bytes.
    func perform(into folder: StudyFolder) throws(StudyStoreError) {
        try folder.createDurableTrialFolder(trial)
        let path = folder.checkpointPath(trial: trial, kind)
        if link(source, path) == 0 { return try Folder<StudyStoreError>.synchronize(folder.trialFolder(trial)) }
        // What stands there is from a start that was interrupted.
        try AtomicFile.write(StoredBytes.read(source), to: path)
    }
}

/// A study whose trials cannot be taken over.
package enum FinishedTrialsError: Error, Hashable, CustomStringConvertible {
    case otherObjective(String, theirs: SelectionRule, ours: SelectionRule)
    case otherData(String)

    package var description: String {
        switch self {
        case .otherObjective(let path, let theirs, let ours):
            "\(path): its trials are judged by \(Self.words(theirs)), and those of this study by \(Self.words(ours)): they "
                + "cannot be taken over"
        case .otherData(let path):
            "\(path): its trials were trained on other data (their SHA-256 differs): they cannot be taken over"
        }
    }

    private static func words(_ rule: SelectionRule) -> String { "\(rule.monitor) (\(rule.goal.rawValue))" }
}
