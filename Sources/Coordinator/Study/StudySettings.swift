package import Studies

/// What a coordinator lets a study do.
package struct StudySettings: Hashable, Sendable {
    /// A trial that has failed this often through its worker (lost, or hung) is failed.
    package var maximumFailedAttempts = 5
    /// What a worker's tags must include.
    package var requiredTags: [String] = []
    /// Bytes that the checkpoints of the study may take; nil for no bound.
    package var checkpointBudget: Int?
    /// Whether the `last.h5` of completed trials stay.
    package var keepsLast = true
    /// Which trials are better: the byte budget takes the models of the worst ones. Without it no model is given up, and
    /// a completed trial is taken at its word.
    package var terms: StudyTerms?
    /// How many epochs a trial has: what goes beyond is nonsense.
    package var epochs = Int(Int32.max)
    /// Whether a full disk is waited for; otherwise it ends the coordinator.
    package var waitsForDisk = true

    package init() {}
}
