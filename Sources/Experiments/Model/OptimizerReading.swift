import Architecture

extension OptimizerDescription {
    private enum Kind: String, CaseIterable {
        case adam, sgd
    }

    init(reading section: Section) throws(ExperimentError) {
        let kind: Kind = try section.choice("kind", noun: "optimizer", default: .adam)
        section.kind = kind.rawValue
        let learningRate = try section.double("learning_rate", in: .above(0), default: 1e-3)
        switch kind {
        case .adam:
            let weightDecay = try section.double("weight_decay", in: .atLeast(0), default: 0)
            self = .adam(learningRate: learningRate, weightDecay: weightDecay)
        case .sgd:
            let momentum = try section.double("momentum", in: .atLeast(0).below(1), default: 0)
            let weightDecay = try section.double("weight_decay", in: .atLeast(0), default: 0)
            self = .sgd(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
        }
    }
}
