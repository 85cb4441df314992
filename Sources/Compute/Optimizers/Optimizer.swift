internal import Architecture

/// How parameters follow their gradients.
protocol Optimizer {
    /// What it keeps from step to step, laid out like the parameters.
    var states: [NamedState] { get }

    /// Moves the parameters by one step; `step` counts from 1.
    func update(_ store: ParameterStore, step: Int)
}

extension OptimizerDescription {
    /// - Throws: ``ComputeError`` with `invalidSetting` for a value outside its range.
    func optimizer(for store: ParameterStore) throws(ComputeError) -> any Optimizer {
        func require(_ holds: Bool, _ rule: String) throws(ComputeError) {
            guard holds else { throw ComputeError(.invalidSetting, "plan the optimizer", rule) }
        }
        switch self {
        case .adam(let learningRate, let beta1, let beta2, let epsilon, let weightDecay):
            try require(learningRate >= 0 && learningRate.isFinite, "learning_rate must be finite and at least 0")
            try require((0..<1).contains(beta1) && (0..<1).contains(beta2), "betas must lie in 0..<1")
            try require(epsilon > 0 && epsilon.isFinite, "epsilon must be finite and above 0")
            try require(weightDecay >= 0 && weightDecay.isFinite, "weight_decay must be finite and at least 0")
            return try Adam(
                learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
                store: store)
        case .sgd(let learningRate, let momentum, let weightDecay):
            try require(learningRate >= 0 && learningRate.isFinite, "learning_rate must be finite and at least 0")
            try require((0..<1).contains(momentum), "momentum must lie in 0..<1")
            try require(weightDecay >= 0 && weightDecay.isFinite, "weight_decay must be finite and at least 0")
            return try SGD(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, store: store)
        }
    }
}
