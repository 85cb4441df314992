internal import CKernels

/// -log softmax(x)[y], with x the logits [batch, classes] and y the class of each sample.
struct CrossEntropy: LossFunction {
    let classes: Int

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, terms: Int) {
        guard case .classes(let expected) = expected, expected.count >= count else {
            throw ComputeError(.invalidBatch, "cross-entropy", "it needs \(count) class indices")
        }
        for expected in expected.prefix(count) where !(0..<Int32(classes)).contains(expected) {
            throw ComputeError(.invalidBatch, "cross-entropy", "class \(expected) is not in 0..<\(classes)")
        }
        let sum = winnow_softmax_cross_entropy(
            predicted, expected.baseAddress, gradient, count, classes, 1 / Float(count))
        return (sum, count)
    }
}
