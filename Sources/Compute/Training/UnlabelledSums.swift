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
