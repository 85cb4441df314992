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
            schedule: try .read(
                "learning_rate_schedule", of: section, rule, learningRate: learningRate, epochs: epochs),
            layerRates: try Self.layerRates(section))
    }

    /// `freeze`, a list of layers, and `layer_rates`, factors by layer.
    private static func layerRates(_ section: Section) throws(ExperimentError) -> [String: Double] {
        var rates: [String: Double] = [:]
        for name in try section.strings("freeze") { rates[name] = 0 }
        guard let given = section.optional("layer_rates") else { return rates }
        var resolved: [ConfigNode.Entry] = []
        for (name, _, value) in try given.members("a mapping of layers to factors, such as {conv1: 0.1}") {
            guard rates[name] == nil else { throw value.error("the layer is frozen as well") }
            let rate = try value.double(in: .above(0))
            rates[name] = rate
            resolved.append(.init(key: name, value: ConfigNode(.double(rate))))
        }
        section.note("layer_rates", ConfigNode(.mapping(resolved)))
        return rates
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

extension LearningRateSchedule {
    /// Reads `{kind: NAME, ...}`, or the name alone; `constant` comes to the same as `none`.
    ///
    /// - Parameters:
    ///   - rule: what the schedule is for: one cycle moves its momentum.
    ///   - epochs: the most that a trial is trained.
    static func read(
        _ key: String, of optimizer: Section, _ rule: UpdateRule, learningRate: Double, epochs: Int
    ) throws(ExperimentError) -> LearningRateSchedule {
        let schedule = try optimizer.unlessNone(key) { section throws(ExperimentError) in
            try LearningRateSchedule(reading: section, rule, learningRate: learningRate, trainEpochs: epochs)
        }
        guard let schedule, schedule != .constant else {
            optimizer.note(key, ConfigNode(.string("none")))
            return .constant
        }
        return schedule
    }

    private init(
        reading section: Section, _ rule: UpdateRule, learningRate: Double, trainEpochs: Int
    ) throws(ExperimentError) {
        let kind: Kind = try section.choice("kind", noun: "learning-rate schedule")
        section.kind = kind.rawValue
        if kind == .oneCycle {
            self.init(.oneCycle(try OneCycle(reading: section, rule, trainEpochs: trainEpochs)))
            return
        }
        let warmup = try section.unlessNone("warmup") { warmup throws(ExperimentError) in
            try Warmup(reading: warmup)
        }
        let course: Course =
            switch kind {
            case .step:
                .step(
                    epochs: try section.int("epochs", in: 1...1_000_000),
                    factor: try section.double("factor", in: .reduction, default: 0.1))
            case .cosine:
                .cosine(
                    epochs: try section.int(
                        "epochs", in: 1...1_000_000, default: max(1, trainEpochs - (warmup?.epochs ?? 0))),
                    minimum: try Self.minimum(section, below: learningRate))
            case .reduceOnPlateau:
                .reduceOnPlateau(
                    .init(
                        factor: try section.double("factor", in: .reduction, default: 0.1),
                        patience: try section.int("patience", in: 0...1_000_000, default: 10),
                        threshold: try section.double("threshold", in: .atLeast(0), default: 1e-4),
                        minimum: try Self.minimum(section, below: learningRate)))
            case .constant, .oneCycle:
                .constant
            }
        self.init(course, warmup: warmup)
    }

    private static func minimum(_ section: Section, below learningRate: Double) throws(ExperimentError) -> Double {
        let minimum = try section.double("minimum", in: .atLeast(0), default: 0)
        guard minimum < learningRate else {
            throw section.error(at: "minimum", "must be below the learning rate (\(learningRate)), but is \(minimum)")
        }
        return minimum
    }
}

extension LearningRateSchedule.Warmup {
    fileprivate init(reading section: Section) throws(ExperimentError) {
        self.init(
            epochs: try section.int("epochs", in: 1...1_000_000),
            startFactor: try section.double("start_factor", in: .atLeast(0).below(1), default: 0.1))
    }
}

extension LearningRateSchedule.OneCycle {
    fileprivate init(
        reading section: Section, _ rule: UpdateRule, trainEpochs: Int
    ) throws(ExperimentError) {
        self.init(
            epochs: try section.int("epochs", in: 1...1_000_000, default: trainEpochs),
            rise: try section.double("rise", in: .above(0).below(1), default: 0.3),
            divisor: try section.double("divisor", in: .atLeast(1), default: 25),
            finalDivisor: try section.double("final_divisor", in: .atLeast(1), default: 1e4),
            momentum: try Self.momentum(section, rule))
    }

    /// - Returns: nil where the momentum is left alone.
    private static func momentum(
        _ section: Section, _ rule: UpdateRule
    ) throws(ExperimentError) -> ClosedRange<Double>? {
        guard try section.bool("cycle_momentum", default: rule.hasMomentum) else {
            section.kind = "one_cycle without cycle_momentum"
            return nil
        }
        guard rule.hasMomentum else {
            throw section.error(at: "cycle_momentum", "the optimizer has no momentum to cycle")
        }
        let lower = try section.double("min_momentum", in: .share, default: 0.85)
        let upper = try section.double("max_momentum", in: .share, default: 0.95)
        guard lower <= upper else {
            let key = section.has("min_momentum") ? "min_momentum" : "max_momentum"
            throw section.error(at: key, "min_momentum (\(lower)) must not be above max_momentum (\(upper))")
        }
        return lower...upper
    }
}

extension Bounds {
    /// What a learning rate is multiplied by.
    fileprivate static let reduction = Bounds.above(0).below(1)
}
