package import Studies

/// How a coordinator behaves towards its workers, and what it lets each study do.
package struct CoordinatorSettings: Hashable, Sendable {
    package var pool = PoolSettings()
    package var study = StudySettings()

    package init() {}
}

/// How a pool behaves towards its workers.
package struct PoolSettings: Hashable, Sendable {
    /// Heartbeat interval of both sides.
    package var heartbeat: Duration = .seconds(1)
    /// How long a worker may be silent before it is shown as suspect, and is given nothing new.
    package var suspectAfter: Duration = .seconds(3)
    /// How long a worker may be silent before its trials are given to others.
    package var lease: Duration = .seconds(15)
    /// How long trials that ran when the last coordinator ended wait for their workers to come back.
    package var grace: Duration = .seconds(15)
    /// How long a training may make no progress while its worker's heart beats.
    package var progressLimit: Duration = .seconds(600)
    /// How long workers have to hand their trials back when the coordinator is told to stop.
    package var drainLimit: Duration = .seconds(20)
    /// How many connections are known at a time; more are refused.
    package var maximumPeers = 10_000

    package init() {}
}

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
    /// Which checkpoint is a finished trial's model.
    package var model = StoredFile.Kind.best
    /// Which trials are better: the byte budget takes the models of the worst ones. Without it no model is given up, and
    /// a completed trial is taken at its word.
    package var terms: StudyTerms?
    /// How many epochs a trial has: what goes beyond is nonsense.
    package var epochs = Int(Int32.max)
    /// Whether a full disk is waited for; otherwise it ends the coordinator.
    package var waitsForDisk = true

    package init() {}
}
