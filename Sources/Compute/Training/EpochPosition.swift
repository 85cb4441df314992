/// A place in the middle of training: all that an epoch needs, beside the trainer, to go on from there.
public struct EpochPosition: Sendable, Hashable {
    /// The epoch that is running or comes next, from 1.
    public var epoch: Int
    /// Steps of it that are done.
    public var step: Int
    /// The loss summed over the samples of these steps.
    public var lossSum: Double
    /// How many samples these steps had.
    public var sampleCount: Int

    public init(epoch: Int = 1, step: Int = 0, lossSum: Double = 0, sampleCount: Int = 0) {
        self.epoch = epoch
        self.step = step
        self.lossSum = lossSum
        self.sampleCount = sampleCount
    }
}

/// How a call of ``TrainingLoop/runEpoch(shouldPause:)`` ended.
public enum EpochOutcome: Sendable, Hashable {
    /// The epoch is over; its mean training loss weighs every sample alike.
    case finished(meanLoss: Double)
    /// It was asked to pause; the position says where.
    case paused
}
