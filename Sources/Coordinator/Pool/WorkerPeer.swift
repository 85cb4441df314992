import Experiments
package import Studies
import Schema

/// What the coordinator knows of one connected worker. Times are of the machine's awake clock.
struct WorkerPeer: Sendable {
    /// A trial that it was given.
    struct Running: Sendable {
        var assigned: Duration
        /// When the worker last named it; nil while the assignment may still be on its way.
        var seen: Duration?
        var progress: Progress?
        /// When `progress` last changed.
        var changed: Duration
        /// When it was last asked to hand the trial back.
        var recalled: Duration?

        init(assigned: Duration, seen: Duration? = nil) {
            self.assigned = assigned
            self.seen = seen
            changed = assigned
        }
    }

    let worker: String
    let host: String
    let tags: [String]
    /// How many trials it trains at a time.
    let slots: Int
    /// Trials it could start now.
    var freeSlots = 0
    /// When its last message came.
    var lastHeard: Duration
    /// Whether a heartbeat has come since its last hello: only then does another hello renew its lease.
    var hasBeaten = false
    /// Whether it waits in the queue of those that want trials.
    var isAsking = false
    var running: [AttemptID: Running] = [:]
    /// Trials of which a dead worker has left a checkpoint on its machine: it should get them.
    var kept: Set<TrialKey> = []
    /// Its newest heartbeat's number.
    var sequence = 0
    /// What the number of unanswered heartbeats is counted from: those before it say nothing about this connection.
    var sequenceBase: Int?
    /// How long the coordinator had slept when that base was taken.
    var sleptBefore: Duration = .zero
    /// Why its spool takes nothing more, as it says; nil where it does.
    var trouble: String?
    /// How many of its messages were nonsense.
    var refusals = 0

    /// Assignments that may still be on their way: each takes a slot that the worker believes to be free.
    var unseen: Int { running.values.count { $0.seen == nil } }
}

/// A trial of one of the studies.
package struct TrialKey: Hashable, Comparable, Sendable {
    package let study: StudyID
    package let trial: Int

    package init(_ study: StudyID, _ trial: Int) {
        self.study = study
        self.trial = trial
    }

    package init(_ id: AttemptID) {
        self.init(id.study, id.trial)
    }

    package static func < (one: TrialKey, other: TrialKey) -> Bool {
        (one.study, one.trial) < (other.study, other.trial)
    }
}

/// The routing id of a connection to the ROUTER socket, which chose it, or the peer did.
package struct PeerID: Hashable, Sendable, ExpressibleByArrayLiteral {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(arrayLiteral bytes: UInt8...) {
        self.init(bytes)
    }

    /// All bytes at once: an array hashes them one by one, and this is asked for some twenty times for each message.
    package func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
