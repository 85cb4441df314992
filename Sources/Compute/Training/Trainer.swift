public import Architecture

/// One training slot: a model's weights, its optimizer, and the plans that compute with them.
///
/// It is used from one thread at a time, and computes on that thread alone. Everything random follows from the seed
/// and ``stepCount``, so a trainer that is given another's model state, optimizer state and step count goes on as the
/// other would have, bit for bit.
///
/// ```swift
/// let model = try ModelDescription.regressor().placed(on: [13])
/// let trainer = try Trainer(
///     model: model, loss: .meanSquaredError, optimizer: .adam(learningRate: 1e-3), batchSize: 32, seed: 1)
/// let loss = try trainer.step(features: features, targets: .values(prices), count: 32)
/// ```
public final class Trainer {
    public let model: PlacedModel
    public let loss: LossDescription
    /// The largest batch that a step or a prediction takes.
    public let batchSize: Int
    public let seed: UInt64
    /// Steps of training done so far.
    public private(set) var stepCount = 0

    private let device: Device
    private let store: ParameterStore
    private let lossFunction: any LossFunction
    private let optimizer: any Optimizer
    private let trainingPlans: PlanCache
    private let evaluationPlans: PlanCache

    /// Draws the weights from `seed` and plans the largest batch; other sizes are planned when they first occur.
    ///
    /// - Throws: ``ComputeError`` for a setting outside its range, a model without weights, or a loss that does not
    ///   fit the model's output.
    public init(
        model: PlacedModel, loss: LossDescription, optimizer: OptimizerDescription, batchSize: Int, seed: UInt64
    ) throws(ComputeError) {
        guard batchSize >= 1 else {
            throw ComputeError(.invalidSetting, "plan the model", "the batch size must be at least 1, not \(batchSize)")
        }
        self.model = model
        self.loss = loss
        self.batchSize = batchSize
        self.seed = seed
        device = try Device()
        store = try ParameterStore(model: model)
        guard !store.parameters.isEmpty else {
            throw ComputeError(.invalidSetting, "plan the model", "it has no weights to train")
        }
        lossFunction = try loss.function(for: model.output)
        self.optimizer = try optimizer.optimizer(for: store)
        trainingPlans = PlanCache(.training, model: model, device: device, store: store)
        evaluationPlans = PlanCache(.evaluation, model: model, device: device, store: store)
        store.initialize(seed: seed)
        _ = try trainingPlans.plan(for: batchSize)
    }

    // MARK: Computing

    /// One step of training: forward, loss, backward, update.
    ///
    /// - Parameters:
    ///   - features: count x inputs, each sample in the shape that the model was placed on, row-major.
    ///   - targets: what the samples should be predicted as.
    ///   - count: samples in the batch, 1...batchSize.
    /// - Returns: the mean loss before the update; not finite where training has diverged.
    /// - Throws: ``ComputeError`` with `invalidBatch` for a batch that does not fit.
    public func step(
        features: UnsafeBufferPointer<Float>, targets: TargetBatch, count: Int
    ) throws(ComputeError) -> Double {
        let plan = try prepare(trainingPlans, features: features, count: count)
        try plan.forward(StepIdentity(seed: seed, step: stepCount))
        let (sum, terms) = try lossFunction.evaluate(
            predicted: plan.output.values.base, expected: targets, count: count,
            gradient: plan.output.gradient?.base)
        try plan.backward()
        stepCount += 1
        optimizer.update(store, step: stepCount)
        return sum / Double(terms)
    }

    /// Predicts with dropout off.
    ///
    /// - Returns: count x outputs, valid until the trainer is used again.
    /// - Throws: ``ComputeError`` with `invalidBatch` for a batch that does not fit.
    public func predict(
        features: UnsafeBufferPointer<Float>, count: Int
    ) throws(ComputeError) -> UnsafeBufferPointer<Float> {
        let plan = try prepare(evaluationPlans, features: features, count: count)
        try plan.forward(StepIdentity(seed: seed, step: stepCount))
        return UnsafeBufferPointer(start: plan.output.values.base, count: count * model.output.count)
    }

    /// The loss of predictions, as a sum over its terms.
    func evaluateLoss(
        predicted: UnsafeBufferPointer<Float>, expected: TargetBatch, count: Int
    ) throws(ComputeError) -> (sum: Double, terms: Int) {
        try lossFunction.evaluate(
            predicted: predicted.baseAddress!, expected: expected, count: count, gradient: nil)
    }

    private func prepare(
        _ plans: PlanCache, features: UnsafeBufferPointer<Float>, count: Int
    ) throws(ComputeError) -> Plan {
        guard (1...batchSize).contains(count) else {
            throw ComputeError(.invalidBatch, "run a batch", "it has \(count) samples, not 1 to \(batchSize)")
        }
        let expected = count * model.input.count
        guard features.count >= expected, let source = features.baseAddress else {
            throw ComputeError(
                .invalidBatch, "run a batch",
                "\(count) samples of shape \(model.input) are \(expected) values, but there are \(features.count)")
        }
        Device.useOneThread()
        let plan = try plans.plan(for: count)
        plan.input.values.base.update(from: source, count: expected)
        return plan
    }

    // MARK: State

    /// The weights, in the model's order.
    public func modelState() -> [NamedTensor] {
        weights.tensors()
    }

    /// Takes over weights, given in any order.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` unless names and shapes are exactly the model's; then nothing
    ///   has changed.
    public func load(modelState: [NamedTensor]) throws(ComputeError) {
        try NamedState.load(modelState, into: [weights], what: "the model state")
    }

    /// What the optimizer keeps for each parameter: "0.weight.exp_avg" and "0.weight.exp_avg_sq" for Adam,
    /// "0.weight.momentum_buffer" for SGD with momentum.
    public func optimizerState() -> [NamedTensor] {
        optimizer.states.flatMap { $0.tensors() }
    }

    /// Takes over the optimizer's state, given in any order.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` as for the model state.
    public func load(optimizerState: [NamedTensor]) throws(ComputeError) {
        try NamedState.load(optimizerState, into: optimizer.states, what: "the optimizer state")
    }

    /// Sets the step: the optimizer's corrections and the position of every random stream follow from it.
    public func restore(stepCount: Int) {
        precondition(stepCount >= 0, "a step count is never negative")
        self.stepCount = stepCount
    }

    private var weights: NamedState {
        NamedState(parameters: store.parameters, block: store.values, suffix: "")
    }
}
