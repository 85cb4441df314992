internal import CKernels

/// A loss of each predicted number by itself, the mean over batch and outputs; predictions x and targets y are both
/// [batch, outputs].
struct ElementwiseLoss: LossFunction {
    enum Term {
        /// (x - y)^2.
        case squared
        /// |x - y|; its gradient at zero is zero.
        case absolute
        /// (x - y)^2 / 2 within delta, delta (|x - y| - delta / 2) beyond.
        case huber(delta: Float)
    }

    private let term: Term
    private let outputs: Int

    init(_ term: Term, outputs: Int) {
        self.term = term
        self.outputs = outputs
    }

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        let terms = count * outputs
        guard case .values(let expected) = expected, expected.count >= terms else {
            throw ComputeError(.invalidBatch, "compute the loss", "it needs \(terms) target values")
        }
        let scale = 1 / Float(terms)
        let sum =
            switch term {
            case .squared: winnow_squared_error(predicted, expected.baseAddress, gradient, terms, scale)
            case .absolute: winnow_absolute_error(predicted, expected.baseAddress, gradient, terms, scale)
            case .huber(let delta): winnow_huber(predicted, expected.baseAddress, gradient, terms, scale, delta)
            }
        return (sum, Double(terms))
    }
}
