package import Experiments
package import Wire

/// A coordinator at one moment, for `winnow status`: what it would lose nothing by telling.
package struct CoordinatorStatus: Hashable, Sendable, Codable {
    package struct Worker: Hashable, Sendable, Codable {
        package var worker: String
        package var host: String
        package var tags: [String]
        package var slots: Int
        package var freeSlots: Int
        /// Since its last message.
        package var silentSeconds: Double
        /// It has been silent for longer than is usual.
        package var isSuspect: Bool
        /// It is given nothing more, since trials keep dying there.
        package var isDistrusted: Bool
        /// What it trains, as far as its last heartbeat told.
        package var running: [Progress]
    }

    package struct Orphan: Hashable, Sendable, Codable {
        package var id: AttemptID
        package var secondsLeft: Double
    }

    package struct Counts: Hashable, Sendable, Codable {
        package var waiting: Int
        package var running: Int
        package var completed: Int
        package var failed: Int
    }

    package var generation: Int
    package var isPaused: Bool
    /// Nil while trials are given out.
    package var draining: CoordinatorMessage.Drain.Reason?
    /// Why nothing can be made durable at the moment; nil where the disk is well.
    package var diskTrouble: String?
    package var trials: Counts
    /// By name.
    package var workers: [Worker]
    /// Running attempts whose worker has not come back to this coordinator, with the seconds that they still have.
    package var orphans: [Orphan]
    /// Bytes of all stored checkpoints.
    package var checkpointBytes: Int
}
