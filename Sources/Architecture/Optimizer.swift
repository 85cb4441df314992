/// How parameters follow their gradients, as a description.
public struct OptimizerDescription: Hashable, Sendable {
    public var rule: UpdateRule
    /// The step's size, before any schedule.
    public var learningRate: Double
    /// Adds weightDecay * w to the gradient; AdamW takes learningRate * weightDecay * w off the weights instead.
    public var weightDecay: Double
    /// The largest norm that all gradients together may have: larger ones are scaled down to it.
    ///
    /// Source: Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013;
    /// `torch.nn.utils.clip_grad_norm_`.
    public var clipNorm: Double?
    public var schedule: LearningRateSchedule
    /// What the learning rate of a layer's parameters is multiplied by, by the layer's name, or that of layers around it: the
    /// longest name that fits. 0 freezes them: neither gradient nor weight decay moves them.
    public var layerRates: [String: Double]

    public init(
        _ rule: UpdateRule, learningRate: Double, weightDecay: Double = 0, clipNorm: Double? = nil,
        schedule: LearningRateSchedule = .constant, layerRates: [String: Double] = [:]
    ) {
        self.rule = rule
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.clipNorm = clipNorm
        self.schedule = schedule
        self.layerRates = layerRates
    }

    /// What the learning rate of a parameter ("conv1.weight") is multiplied by.
    public func rate(of parameter: String) -> Double {
        layerRates.filter { parameter.hasPrefix($0.key + ".") }.max { $0.key.count < $1.key.count }?.value ?? 1
    }

    public static func adam(
        learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) -> Self {
        .init(
            .adam(.init(beta1: beta1, beta2: beta2, epsilon: epsilon)), learningRate: learningRate,
            weightDecay: weightDecay)
    }

    public static func sgd(
        learningRate: Double, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0
    ) -> Self {
        .init(.sgd(momentum: momentum, nesterov: nesterov), learningRate: learningRate, weightDecay: weightDecay)
    }
}

/// One optimizer's formula, with what it alone has; `Docs/experiment-file.md` and Compute name the sources.
public enum UpdateRule: Hashable, Sendable {
    case sgd(momentum: Double = 0, nesterov: Bool = false)
    case adam(Moments = Moments())
    /// Adam with decoupled weight decay.
    case adamW(Moments = Moments())
    case rmsprop(alpha: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0)

    /// How Adam averages.
    public struct Moments: Hashable, Sendable {
        public var beta1: Double
        public var beta2: Double
        public var epsilon: Double

        public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
        }
    }
}

extension UpdateRule {
    /// The name that an experiment file uses.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case adam, adamw, sgd, rmsprop
    }

    public var kind: Kind {
        switch self {
        case .sgd: .sgd
        case .adam: .adam
        case .adamW: .adamw
        case .rmsprop: .rmsprop
        }
    }
}
