package import Experiments
package import Wire

/// What a training slot reports.
package enum SlotEvent: Hashable, Sendable {
    case epochFinished(EpochResult)
    /// A checkpoint that has been written into the spool. A `best` is reported before the `last` that needs it.
    case checkpoint(AttemptID, SpooledFile)
    case progress(Progress)
    /// Training is over; all of its epochs and checkpoints were reported before.
    case finished(TrialOutcome)
    /// Training was paused; its last checkpoint was reported before, unless the spool did not take it.
    case paused(AttemptID, isSaved: Bool = true)
    /// The thread has left an abandoned attempt.
    case left(AttemptID)
}
