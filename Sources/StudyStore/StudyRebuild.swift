import Experiments
package import Studies

/// Makes `study.h5` anew from the journal alone, and looks whether the checkpoints are those of which it speaks.
package struct StudyRebuild: Sendable {
    package let state: StudyState
    /// What was left out of a damaged journal; nil where it was whole.
    package private(set) var salvage: JournalSalvage?
    /// Where the damaged journal is kept.
    package private(set) var damagedJournal: String?
    /// Checkpoints of the journal that are missing or other bytes; with a salvage, the journal no longer names them.
    package private(set) var badCheckpoints: [String] = []

    /// - Parameters:
    ///   - salvages: keeps what is whole of a damaged journal, instead of refusing it.
    ///   - unix: the time, for the records that a salvage adds.
    /// - Throws: ``StudyStoreError``: `.locked` while a coordinator is at work, `.noStudy`, `.damaged` or `.contradiction`
    ///   without `salvages`, `.unknownRecord` where a newer program wrote the journal.
    package init(
        _ folder: StudyFolder, terms: StudyTerms, provenance: Provenance, salvages: Bool, unix: Double
    ) throws(StudyStoreError) {
        let lock = try StudyLock(folder)
        defer { withExtendedLifetime(lock) {} }
        let journal = try salvages ? JournalSalvage(folder) : nil
        if var journal, journal.isDamaged {
            let repairs = try StudyRebuild.repairs(of: journal.state, in: folder)
            for record in repairs.flatMap({ $0.records(unix: unix) }) {
                try journal.append(record, of: folder)
            }
            damagedJournal = try journal.replaceJournal(of: folder)
            for repair in repairs {
                try repair.perform(in: folder)
            }
            badCheckpoints = repairs.flatMap { $0.badPaths(in: folder) }
            salvage = journal
            state = journal.state
        } else {
            state = try StudyState(replaying: folder)
            badCheckpoints = try StudyRebuild.repairs(of: state, in: folder).flatMap { $0.badPaths(in: folder) }
        }
        var provenance = provenance
        provenance.workers = state.workers
        try lock.folder.check()
        try AtomicFile.write(
            StudyFile.encode(state: state, terms: terms, provenance: provenance), to: folder.studyFilePath)
    }

    private static func repairs(
        of state: StudyState, in folder: StudyFolder
    ) throws(StudyStoreError) -> [CheckpointRepair] {
        var repairs: [CheckpointRepair] = []
        for trial in state.trials {
            if let repair = try CheckpointRepair(trial, in: folder) { repairs.append(repair) }
        }
        return repairs
    }
}

extension CheckpointRepair {
    fileprivate func badPaths(in folder: StudyFolder) -> [String] {
        Set(removals).map { folder.checkpointPath(trial: trial, $0) }.sorted()
    }
}
