internal import Architecture
internal import CKernels

/// How parameters follow their gradients.
protocol Optimizer {
    /// What it keeps from step to step, laid out like the parameters.
    var states: [StateBlock] { get }

    /// Moves the parameters by one step.
    func update(_ store: ParameterStore, _ step: OptimizerStep)
}

/// What changes from step to step.
struct OptimizerStep {
    /// Counted from 1.
    let number: Int
    let learningRate: Double
    /// Stands for the momentum, or Adam's beta1, where a schedule cycles it.
    let momentum: Double?
    /// What the gradients are multiplied by first.
    let gradientScale: Float
    let groups: [ParameterGroup]
}

/// Neighbouring parameters that are moved alike.
struct ParameterGroup: Hashable {
    /// Their places in the store's block, padding included.
    let range: Range<Int>
    /// What the learning rate is multiplied by.
    let rate: Double
}

extension OptimizerDescription {
    /// All parameters that are not frozen, as few groups as can be.
    ///
    /// - Throws: ``ComputeError`` with `invalidSetting` for a layer that is not there, a rate that is not a number from 0 on,
    ///   or where all parameters are frozen.
    func groups(of store: ParameterStore) throws(ComputeError) -> [ParameterGroup] {
        func fail(_ rule: String) -> ComputeError { ComputeError(.invalidSetting, "plan the optimizer", rule) }
        for (name, rate) in layerRates.sorted(by: { $0.key < $1.key }) {
            guard rate >= 0, rate.isFinite else {
                throw fail("the rate of layer \(name) must be finite and at least 0")
            }
            guard store.parameters.contains(where: { $0.name.hasPrefix(name + ".") }) else {
                throw fail("there is no layer \(name) with parameters")
            }
        }
        guard !layerRates.isEmpty else { return [ParameterGroup(range: 0..<store.count, rate: 1)] }
        var groups: [ParameterGroup] = []
        for parameter in store.parameters {
            let rate = rate(of: parameter.name)
            guard rate > 0 else { continue }
            let range = parameter.offset..<parameter.end
            if let last = groups.last, last.rate == rate, last.range.upperBound == range.lowerBound {
                groups[groups.count - 1] = ParameterGroup(
                    range: last.range.lowerBound..<range.upperBound, rate: rate)
            } else {
                groups.append(ParameterGroup(range: range, rate: rate))
            }
        }
        guard !groups.isEmpty else { throw fail("all layers are frozen: there is nothing to train") }
        return groups
    }
}

extension OptimizerDescription {
    /// - Throws: ``ComputeError`` with `invalidSetting` for a value outside its range.
    func optimizer(for store: ParameterStore) throws(ComputeError) -> any Optimizer {
        func require(_ holds: Bool, _ rule: String) throws(ComputeError) {
            guard holds else { throw ComputeError(.invalidSetting, "plan the optimizer", rule) }
        }
        func requireAverage(_ value: Double, _ name: String) throws(ComputeError) {
            try require((0..<1).contains(value), "\(name) must lie in 0..<1")
        }
        try require(learningRate >= 0 && learningRate.isFinite, "learning_rate must be finite and at least 0")
        try require(weightDecay >= 0 && weightDecay.isFinite, "weight_decay must be finite and at least 0")
        try require(clipNorm.map { $0 > 0 && $0.isFinite } ?? true, "clip_norm must be finite and above 0")
        switch rule {
        case .adam(let moments), .adamW(let moments):
            try requireAverage(moments.beta1, "beta1")
            try requireAverage(moments.beta2, "beta2")
            try require(moments.epsilon > 0 && moments.epsilon.isFinite, "epsilon must be finite and above 0")
            return try Adam(moments, weightDecay: weightDecay, decouples: rule.kind == .adamw, store: store)
        case .sgd(let momentum, let nesterov):
            try requireAverage(momentum, "momentum")
            try require(!nesterov || momentum > 0, "nesterov needs a momentum above 0")
            return try SGD(momentum: momentum, nesterov: nesterov, weightDecay: weightDecay, store: store)
        case .rmsprop(let alpha, let epsilon, let momentum):
            try requireAverage(alpha, "alpha")
            try requireAverage(momentum, "momentum")
            try require(epsilon > 0 && epsilon.isFinite, "epsilon must be finite and above 0")
            return try RMSprop(
                alpha: alpha, epsilon: epsilon, momentum: momentum, weightDecay: weightDecay, store: store)
        }
    }
}

extension ParameterStore {
    /// What all gradients are to be multiplied by, so that their norm together is at most `norm`:
    /// min(1, norm / (|g| + 1e-6)).
    ///
    /// Source: Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013; the small summand
    /// is `torch.nn.utils.clip_grad_norm_`'s.
    ///
    /// - Parameter groups: whose gradients count.
    func gradientScale(clippingTo norm: Double, _ groups: [ParameterGroup]) -> Float {
        let length = groups.reduce(0.0) {
            $0 + winnow_sum_of_squares(gradients.base + $1.range.lowerBound, $1.range.count)
        }.squareRoot()
        // A norm that is not a number stays one: training has diverged, and its loss must show it.
        return length.isNaN ? .nan : Float(min(1, norm / (length + 1e-6)))
    }
}
