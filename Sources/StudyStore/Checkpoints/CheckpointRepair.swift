import Experiments
package import Studies

/// What has to be done so that a trial's checkpoints on disk and in the journal are the same again.
///
/// Where the newest `last.h5` is damaged, the one before takes its place, if that is whole; else the trial begins anew.
package struct CheckpointRepair: Hashable, Sendable, CustomStringConvertible {
    package let trial: Int
    /// What the journal has to be told first: each gives up a checkpoint, a `last` in favour of the one before it.
    package private(set) var removals: [StoredFile.Kind] = []
    /// Those whose previous file then takes their place.
    package private(set) var restored: [StoredFile.Kind] = []
    /// Whether the previous file takes the place of `last.h5`.
    package var restoresPrevious: Bool { restored.contains(.last) }
    /// The epoch from which the trial goes on; 0 where it begins anew.
    package private(set) var epoch: Int

    /// - Returns: nil where nothing has to be done.
    /// - Throws: ``StudyStoreError`` with the `errno`.
    package init?(_ trial: TrialState, in folder: StudyFolder) throws(StudyStoreError) {
        self.trial = trial.number
        epoch = trial.last?.epoch ?? 0
        if let best = trial.best,
            try !CheckpointFile.isWhole(best, at: folder.checkpointPath(trial: trial.number, .best))
        {
            // A coordinator may have ended between a file's renaming and its record.
            if try CheckpointFile.isWhole(best, at: folder.previousCheckpointPath(trial: trial.number, .best)) {
                restored.append(.best)
            } else {
                removals.append(.best)
            }
        }
        try findLast(of: trial, in: folder)
        if removals.isEmpty, restored.isEmpty { return nil }
    }

    private mutating func findLast(of trial: TrialState, in folder: StudyFolder) throws(StudyStoreError) {
        let path = folder.checkpointPath(trial: trial.number, .last)
        let previousPath = folder.previousCheckpointPath(trial: trial.number)
        for file in [trial.last, trial.previousLast].compactMap({ $0 }) {
            epoch = file.epoch
            if try CheckpointFile.isWhole(file, at: path) { return }
            if try CheckpointFile.isWhole(file, at: previousPath) {
                restored.append(.last)
                return
            }
            removals.append(.last)
        }
        epoch = 0
    }

    package var description: String {
        let place = epoch > 0 ? "goes on from epoch \(epoch)" : "begins anew"
        let files = removals.isEmpty ? "last.h5" : removals.map { "\($0.rawValue).h5" }.joined(separator: " and ")
        return "trial \(trial): \(files) is not what the journal says, and is not used; the trial \(place)"
    }

    /// The records of it.
    package func records(unix: Double) -> [JournalRecord] {
        removals.map { .fileRemoved(.init(trial: trial, kind: $0, reason: .damaged, unix: unix)) }
    }

    /// Moves the file, when the records are durable.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`.
    package func perform(in folder: StudyFolder) throws(StudyStoreError) {
        for kind in restored {
            try CheckpointFile.move(
                folder.previousCheckpointPath(trial: trial, kind), to: folder.checkpointPath(trial: trial, kind))
        }
    }
}
