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
    /// The share of labels that DisturbLabel left as they were; nil without it.
    public var keptLabelShare: Double?
    /// What became of the unlabelled samples; nil without pseudo-labels.
    public var pseudoLabels: PseudoLabelSummary?
    /// How long training waited for batches since the epoch began, or went on.
    public var waited: Duration

    public init(
        meanLoss: Double, keptLabelShare: Double? = nil, pseudoLabels: PseudoLabelSummary? = nil,
        waited: Duration = .zero
    ) {
        self.meanLoss = meanLoss
        self.keptLabelShare = keptLabelShare
        self.pseudoLabels = pseudoLabels
        self.waited = waited
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
}
