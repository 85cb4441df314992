/// One node of a model in Double, in loops that one can read, on a whole batch in PyTorch's order.
protocol ReferenceOperation {
    /// The output, given the values that the node takes: two for a sum, otherwise one.
    func forward(_ inputs: [[Double]]) -> [Double]

    /// From the gradient by the output to those by the inputs and by the parameters ("weight", "bias").
    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient

    /// Whether numbers that are off by rounding alone give about the same output and gradient: not where a value is
    /// all but at a ReLU's kink, or where two of a window's values are all but its maximum.
    func isSteady(_ inputs: [[Double]]) -> Bool

    /// What training moves beside the parameters, by one batch ("running_mean", "running_var").
    func statistics(after inputs: [[Double]]) -> [String: [Double]]
}

extension ReferenceOperation {
    func isSteady(_ inputs: [[Double]]) -> Bool { true }
    func statistics(after inputs: [[Double]]) -> [String: [Double]] { [:] }
}

struct ReferenceGradient {
    var inputs: [[Double]]
    var parameters: [String: [Double]] = [:]
    /// The largest sum of |dy| that a bias's gradient is made of: where the sum of dy cancels, as before a batch
    /// normalisation, the error is still that of its terms.
    var biasTerms = 0.0
}

/// How near two numbers may come, as a share of the largest one around, before rounding may confuse them.
let steadyDistance = 2e-5
