internal import CKernels

/// (x - y)^2, with predictions x and targets y, both [batch, outputs].
struct MeanSquaredError: LossFunction {
    let outputs: Int

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, terms: Int) {
        let terms = count * outputs
        guard case .values(let expected) = expected, expected.count >= terms else {
            throw ComputeError(.invalidBatch, "mean squared error", "it needs \(terms) target values")
        }
        let sum = winnow_squared_error(predicted, expected.baseAddress, gradient, terms, 1 / Float(terms))
        return (sum, terms)
    }
}
