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
