import Architecture

/// An optimizer without a schedule.
struct OptimizerSettings: Decodable {
    let kind: UpdateRule.Kind
    let learningRate: Double
    let momentum: Double?
    let nesterov: Bool?
    let beta1: Double?
    let beta2: Double?
    let epsilon: Double?
    let alpha: Double?
    let weightDecay: Double?
    let clipNorm: Double?

    var optimizer: OptimizerDescription {
        OptimizerDescription(rule, learningRate: learningRate, weightDecay: weightDecay ?? 0, clipNorm: clipNorm)
    }

    private var rule: UpdateRule {
        let epsilon = epsilon ?? 1e-8
        let moments = UpdateRule.Moments(beta1: beta1 ?? 0.9, beta2: beta2 ?? 0.999, epsilon: epsilon)
        return switch kind {
        case .sgd: .sgd(momentum: momentum ?? 0, nesterov: nesterov ?? false)
        case .adam: .adam(moments)
        case .adamw: .adamW(moments)
        case .rmsprop: .rmsprop(alpha: alpha ?? 0.99, epsilon: epsilon, momentum: momentum ?? 0)
        }
    }
}

extension UpdateRule.Kind: Decodable {}
