/// What the second batch of a step needs, while the first one's gradients wait for it.
final class SecondPass {
    /// The gradients that the first batch left.
    let gradients: AlignedFloats
    /// The labels that the model gives the second.
    var labels: [Int32]

    /// - Throws: ``ComputeError`` with `outOfMemory`.
    init(gradientCount: Int, batchSize: Int) throws(ComputeError) {
        gradients = try AlignedFloats(count: gradientCount)
        labels = Array(repeating: 0, count: batchSize)
    }
}
