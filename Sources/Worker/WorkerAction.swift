package import Experiments
package import Wire

/// What the worker's state machine wants done; the loop does it, in order.
package enum WorkerAction: Hashable, Sendable {
    case send(WorkerMessage, bytes: [UInt8] = [])
    /// Train this on a free slot; `checkpoint` is the whole `last.h5` to go on from.
    case start(CoordinatorMessage.Assign, checkpoint: [UInt8]?)
    /// Let the attempt save what it has, and end.
    case pause(AttemptID)
    /// Let the attempt end at once; nothing of it counts.
    case abandon(AttemptID)
    /// Drop the connection and make a new one.
    case reconnect
    case exit(WorkerEnd)
}

/// Why a worker ends.
package enum WorkerEnd: Hashable, Sendable {
    /// The coordinator has nothing more to do.
    case finished
    /// It was told to stop, and has saved what it trained.
    case interrupted
    /// No coordinator answered in time.
    case unreachable
    /// The coordinator that had started it has died.
    case orphaned
    /// The coordinator does not want this worker.
    case refused(String)
}

/// What a training slot reports.
package enum SlotEvent: Hashable, Sendable {
    case epochFinished(EpochResult)
    /// A checkpoint to keep: its description and its bytes.
    case checkpoint(AttemptID, StoredFile, bytes: [UInt8])
    case progress(Progress)
    /// Training is over; all of its epochs and checkpoints were reported before.
    case finished(TrialOutcome)
    /// Training was paused; its last checkpoint was reported before.
    case paused(AttemptID)
    /// The thread has left an abandoned attempt.
    case left(AttemptID)
}
