/// How parameters follow their gradients, as a description. `weightDecay` adds weightDecay * w to the gradient,
/// as PyTorch's `SGD` and `Adam` do.
public enum OptimizerDescription: Hashable, Sendable {
    case adam(
        learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0)
    case sgd(learningRate: Double, momentum: Double = 0, weightDecay: Double = 0)
}

extension OptimizerDescription {
    /// The step's size, before any schedule.
    public var learningRate: Double {
        switch self {
        case .adam(let rate, _, _, _, _), .sgd(let rate, _, _): rate
        }
    }
}
