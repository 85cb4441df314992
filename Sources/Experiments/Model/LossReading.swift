import Architecture

extension LossDescription.Kind {
    /// What a model must be trained for to have this loss.
    fileprivate var task: LearningTask {
        switch self {
        case .crossEntropy, .binaryCrossEntropy, .focal: .classification
        case .meanSquaredError, .meanAbsoluteError, .huber, .quantile: .regression
        }
    }
}

extension LossDescription {
    /// Reads `{kind: NAME, ...}`; the kind follows from the task where it is not given.
    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        let natural = task == .classification ? Kind.crossEntropy : .meanSquaredError
        let kind: Kind = try section.choice("kind", noun: "loss", default: natural)
        guard kind.task == task else {
            throw section.error(
                at: "kind", "\(kind.rawValue) is for \(kind.task.rawValue), but the data is a \(task.rawValue)")
        }
        section.kind = kind.rawValue
        switch kind {
        case .crossEntropy: self = .crossEntropy(try CrossEntropy(reading: section))
        case .binaryCrossEntropy: self = .binaryCrossEntropy
        case .meanSquaredError: self = .meanSquaredError
        case .meanAbsoluteError: self = .meanAbsoluteError
        case .huber: self = .huber(delta: try section.double("delta", in: .above(0), default: 1))
        case .quantile: self = .quantile(level: try section.double("level", in: .above(0).below(1), default: 0.5))
        case .focal:
            self = .focal(
                Focal(
                    gamma: try section.double("gamma", in: .atLeast(0), default: 2),
                    classWeights: try ClassWeights.read("class_weights", of: section)))
        }
    }

    /// The task that the file's loss is for, if it names one that there is: what a CSV source is taken for.
    static func task(in root: Section) -> LearningTask? {
        guard let loss = root.peek("loss")?.node,
            case .scalar(let scalar) = (loss.node(at: ConfigPath(["kind"])) ?? loss).content
        else { return nil }
        return Kind(rawValue: scalar.text)?.task
    }

    /// How many numbers the model must give for one sample.
    ///
    /// - Parameter classes: of the data; nil for a regression.
    func outputs(classes: Int?) -> Int {
        self == .binaryCrossEntropy ? 1 : classes ?? 1
    }
}

extension LossDescription.CrossEntropy {
    fileprivate init(reading section: Section) throws(ExperimentError) {
        self.init(
            labelSmoothing: try section.unlessNone("label_smoothing") {
                smoothing throws(ExperimentError) in
                LabelSmoothing(
                    amount: try smoothing.double("amount", in: .fraction),
                    spread: try smoothing.choice("spread", default: .others))
            },
            classWeights: try ClassWeights.read("class_weights", of: section),
            logitAdjustment: try section.doubleUnlessNone("logit_adjustment", in: .atLeast(0)).map {
                .frequencies(strength: $0)
            })
    }
}

extension ClassWeights {
    private enum Rule: String, CaseIterable {
        case none
        case inverseFrequency = "inverse_frequency"
        case oneMinusFrequency = "one_minus_frequency"
    }

    /// Reads a word, or a list of one number for each class.
    fileprivate static func read(_ key: String, of section: Section) throws(ExperimentError) -> ClassWeights? {
        if case .list = section.peek(key)?.node.content {
            let weights = try section.doubles(key, in: .atLeast(0))
            guard weights.contains(where: { $0 > 0 }) else {
                throw section.error(at: key, "all weights are 0: no sample would count")
            }
            return .list(weights)
        }
        let rule: Rule = try section.choice(key, noun: "rule for class weights", default: Rule.none)
        return switch rule {
        case .none: nil
        case .inverseFrequency: .inverseFrequency
        case .oneMinusFrequency: .oneMinusFrequency
        }
    }
}
