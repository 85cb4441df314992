import Experiments
package import Studies

/// Lets failed trials of a study at which nobody works try again: the next coordinator gives them out.
package struct StudyRetry: Sendable {
    /// Those that will be tried again, in order.
    package let trials: [Int]

    /// - Parameters:
    ///   - trials: of these, those that have failed; nil for all that have.
    ///   - terms: what the study's trials are judged by.
    ///   - unix: the time, for the records.
    /// - Throws: ``StudyStoreError``: `.locked` while a coordinator is at work, otherwise as a journal does that cannot be
    ///   read or written.
    package init(
        _ folder: StudyFolder, trials: [Int]?, terms: StudyTerms, provenance: Provenance, unix: Double
    ) throws(StudyStoreError) {
        let lock = try StudyLock(folder)
        defer { withExtendedLifetime(lock) {} }
        let folder = lock.folder
        let (journal, replayed) = try Journal.openStudy(folder)
        var state = replayed.state
        self.trials = (trials.map { Array(Set($0)).sorted() } ?? Array(state.trials.indices))
            .filter { state.trials.indices.contains($0) && state.trials[$0].phase == .failed }
        try folder.check()
        for trial in self.trials {
            let record = JournalRecord.trialRetried(.init(trial: trial, unix: unix))
            try state.add(record, of: folder)
            journal.append(record)
        }
        try journal.commit()
        var provenance = provenance
        provenance.workers = state.workers
        try AtomicFile.write(
            StudyFile.encode(state: state, terms: terms, provenance: provenance), to: folder.studyFilePath)
    }
}
