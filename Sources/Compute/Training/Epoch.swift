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
    /// How many of them were predicted right, before the step's update and with dropout on.
    public var right: Int
    /// The same steps' unlabelled samples.
    public var unlabelled: UnlabelledSums

    public init(
        epoch: Int = 1, step: Int = 0, lossSum: Double = 0, sampleCount: Int = 0, keptLabels: Int = 0,
        right: Int = 0, unlabelled: UnlabelledSums = UnlabelledSums()
    ) {
        self.epoch = epoch
        self.step = step
        self.lossSum = lossSum
        self.sampleCount = sampleCount
        self.keptLabels = keptLabels
        self.right = right
        self.unlabelled = unlabelled
    }
}

/// How a call of ``TrainingLoop/runEpoch(shouldPause:)`` ended.
public enum EpochOutcome: Sendable, Hashable {
    /// The epoch is over.
    case finished(EpochSummary)
    /// It was asked to pause; the position says where.
    case paused
}

/// What an epoch of training came to.
public struct EpochSummary: Sendable, Hashable {
    /// The mean loss of the labelled samples, every one weighing alike, on the targets that were trained on: with
    /// disturbance or mixing those, and not the true ones.
    public var meanLoss: Double
    /// The share of labelled samples that were predicted as what they were trained on, before each step's update and with
    /// dropout on; nil for a regression, and where classes are mixed.
    public var accuracy: Double?
    /// The share of labels that DisturbLabel left as they were; nil without it.
    public var keptLabelShare: Double?
    /// What became of the unlabelled samples; nil without pseudo-labels.
    public var pseudoLabels: PseudoLabelSummary?
    /// How long training waited for batches since the epoch began, or went on.
    public var waited: Duration

    public init(
        meanLoss: Double, accuracy: Double? = nil, keptLabelShare: Double? = nil,
        pseudoLabels: PseudoLabelSummary? = nil,
        waited: Duration = .zero
    ) {
        self.meanLoss = meanLoss
        self.accuracy = accuracy
        self.keptLabelShare = keptLabelShare
        self.pseudoLabels = pseudoLabels
        self.waited = waited
    }
}

/// What the unlabelled samples of an epoch's steps add up to.
public struct UnlabelledSums: Sendable, Hashable {
    /// Their loss against the labels that they were given, before it is weighted, summed over the samples.
    public var lossSum: Double
    public var sampleCount: Int
    /// How many of the labels that the model gave them were right.
    public var right: Int
    /// For how many the truth is known.
    public var known: Int

    public init(lossSum: Double = 0, sampleCount: Int = 0, right: Int = 0, known: Int = 0) {
        self.lossSum = lossSum
        self.sampleCount = sampleCount
        self.right = right
        self.known = known
    }

    static func += (sums: inout UnlabelledSums, other: UnlabelledSums) {
        sums.lossSum += other.lossSum
        sums.sampleCount += other.sampleCount
        sums.right += other.right
        sums.known += other.known
    }
}

/// What an epoch's pseudo-labels came to.
public struct PseudoLabelSummary: Sendable, Hashable {
    /// What the unlabelled loss was multiplied by.
    public var weight: Double
    /// Its mean over the samples, before that; nil in an epoch without unlabelled batches, whose weight is 0.
    public var loss: Double?
    /// The share of labels given by the model that were right, where the truth is known; nil where it is of none.
    public var accuracy: Double?

    public init(weight: Double, loss: Double? = nil, accuracy: Double? = nil) {
        self.weight = weight
        self.loss = loss
        self.accuracy = accuracy
    }

    init(weight: Double, _ sums: UnlabelledSums) {
        self.init(
            weight: weight, loss: sums.sampleCount > 0 ? sums.lossSum / Double(sums.sampleCount) : nil,
            accuracy: sums.known > 0 ? Double(sums.right) / Double(sums.known) : nil)
    }
}
