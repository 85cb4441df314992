import Experiments

/// What the coordinator knows of one connected worker.
struct WorkerPeer: Hashable, Sendable {
    let worker: String
    /// Trials it could start now.
    var freeSlots = 0
    /// When its last message came.
    var lastHeard: Duration
    /// Its running attempts, and when each was assigned.
    var running: [AttemptID: Duration] = [:]
}
