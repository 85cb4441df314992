/// How a call of ``TrainingLoop/runEpoch(shouldPause:)`` ended.
public enum EpochOutcome: Sendable, Hashable {
    /// The epoch is over.
    case finished(EpochSummary)
    /// It was asked to pause; the position says where.
    case paused
}
