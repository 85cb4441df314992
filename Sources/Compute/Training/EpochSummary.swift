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
