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
    /// How many of their labels DisturbLabel left as they were.
    public var keptLabels: Int
    /// The same steps' unlabelled samples.
    public var unlabelled: UnlabelledSums

    public init(
        epoch: Int = 1, step: Int = 0, lossSum: Double = 0, sampleCount: Int = 0, keptLabels: Int = 0,
        unlabelled: UnlabelledSums = UnlabelledSums()
    ) {
        self.epoch = epoch
        self.step = step
        self.lossSum = lossSum
        self.sampleCount = sampleCount
        self.keptLabels = keptLabels
        self.unlabelled = unlabelled
    }
}
