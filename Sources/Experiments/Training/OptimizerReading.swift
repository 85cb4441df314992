import Architecture

extension OptimizerDescription {
    /// - Parameter epochs: the most that a trial is trained, which some schedules last by default.
    init(reading section: Section, epochs: Int) throws(ExperimentError) {
        let kind: UpdateRule.Kind = try section.choice("kind", noun: "optimizer", default: .adam)
        section.kind = kind.rawValue
        let learningRate = try section.double("learning_rate", in: .above(0), default: 1e-3)
        let rule: UpdateRule =
            switch kind {
            case .adam: .adam(try .init(reading: section))
            case .adamw: .adamW(try .init(reading: section))
            case .sgd: try .sgd(reading: section)
            case .rmsprop: try .rmsprop(reading: section)
            }
        // AdamW's is PyTorch's own default.
        let usualDecay = kind == .adamw ? 0.01 : 0
        self.init(
            rule, learningRate: learningRate,
            weightDecay: try section.double("weight_decay", in: .atLeast(0), default: usualDecay),
            clipNorm: try section.doubleUnlessNone("clip_norm", in: .above(0)),
            schedule: try .read("learning_rate_schedule", of: section, rule, learningRate: learningRate, epochs: epochs)
        )
    }
}

extension UpdateRule {
    /// Whether it has a momentum that a schedule can move; Adam's is beta1.
    var hasMomentum: Bool {
        switch self {
        case .sgd(let momentum, _), .rmsprop(_, _, let momentum): momentum > 0
        case .adam, .adamW: true
        }
    }

    fileprivate static func sgd(reading section: Section) throws(ExperimentError) -> UpdateRule {
        let momentum = try section.double("momentum", in: .share, default: 0)
        let nesterov = try section.bool("nesterov", default: false)
        guard momentum > 0 || !nesterov else {
            throw section.error(at: "nesterov", "needs a momentum above 0")
        }
        return .sgd(momentum: momentum, nesterov: nesterov)
    }

    fileprivate static func rmsprop(reading section: Section) throws(ExperimentError) -> UpdateRule {
        .rmsprop(
            alpha: try section.double("alpha", in: .share, default: 0.99),
            epsilon: try section.double("epsilon", in: .above(0), default: 1e-8),
            momentum: try section.double("momentum", in: .share, default: 0))
    }
}

extension UpdateRule.Moments {
    fileprivate init(reading section: Section) throws(ExperimentError) {
        self.init(
            beta1: try section.double("beta1", in: .share, default: 0.9),
            beta2: try section.double("beta2", in: .share, default: 0.999),
            epsilon: try section.double("epsilon", in: .above(0), default: 1e-8))
    }
}

extension Bounds {
    /// What an average keeps of its old value: 1 would never take anything new.
    static let share = Bounds.atLeast(0).below(1)
}
