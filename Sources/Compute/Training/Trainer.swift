public import Architecture

/// One training slot: a model's weights, its optimizer, and the plans that compute with them.
///
/// It is used from one thread at a time, and computes on that thread alone. Everything random follows from the seed
/// and ``stepCount``, so a trainer that is given another's model state, optimizer state and step count goes on as the
/// other would have, bit for bit.
///
/// ```swift
/// let model = try ModelDescription.regressor().graph(on: [13])
/// let trainer = try Trainer(
///     model: model, loss: .meanSquaredError, optimizer: .adam(learningRate: 1e-3), batchSize: 32, seed: 1)
/// let loss = try trainer.step(features: features, targets: .values(prices), count: 32)
/// ```
public final class Trainer {
    public let model: ModelGraph
    public let loss: LossDescription
    /// The largest batch that a step or a prediction takes.
    public let batchSize: Int
    public let seed: UInt64
    /// Steps of training done so far.
    public private(set) var stepCount = 0
    /// The next steps' learning rate; the optimizer's own at first. Its schedule is the training loop's affair.
    public var learningRate: Double
    /// Stands for the optimizer's momentum, or Adam's beta1, in the next steps, where it is not nil.
    public var momentum: Double?

    let store: ParameterStore
    private let device: Device
    let lossFunction: any LossFunction
    private let optimizer: any Optimizer
    private let clipNorm: Double?
    private let groups: [ParameterGroup]
    /// How many samples of the last step's batch were predicted as their class, where they have one each.
    private(set) var rightOfBatch = 0
    /// What a second batch in the same step needs; made when there is one.
    var secondPass: SecondPass?
    let trainingPlans: PlanCache
    private let evaluationPlans: PlanCache

    /// Draws the weights from `seed` and plans the largest batch; other sizes are planned when they first occur.
    ///
    /// The environment's `WINNOW_KERNELS=onednn` leaves convolutions and products to oneDNN.
    ///
    /// - Throws: ``ComputeError`` for a setting outside its range, a model without weights, or a loss that does not
    ///   fit the model's output.
    public convenience init(
        model: ModelGraph, loss: LossDescription, optimizer: OptimizerDescription, batchSize: Int, seed: UInt64
    ) throws(ComputeError) {
        guard model.parameterCount > 0 else {
            throw ComputeError(.invalidSetting, "plan the model", "it has no weights to train")
        }
        try self.init(
            model: model, loss: loss, optimizer: optimizer, batchSize: batchSize, seed: seed,
            options: .fromEnvironment())
    }

    package init(
        model: ModelGraph, loss: LossDescription, optimizer: OptimizerDescription, batchSize: Int, seed: UInt64,
        options: PlanOptions
    ) throws(ComputeError) {
        guard batchSize >= 1 else {
            throw ComputeError(.invalidSetting, "plan the model", "the batch size must be at least 1, not \(batchSize)")
        }
        self.model = model
        self.loss = loss
        self.batchSize = batchSize
        self.seed = seed
        learningRate = optimizer.learningRate
        clipNorm = optimizer.clipNorm
        device = try Device()
        store = try ParameterStore(model: model, options: options)
        lossFunction = try loss.function(for: model.output, batchSize: batchSize)
        self.optimizer = try optimizer.optimizer(for: store)
        groups = try optimizer.groups(of: store)
        trainingPlans = PlanCache(.training, model: model, options: options, device: device, store: store)
        evaluationPlans = PlanCache(.evaluation, model: model, options: options, device: device, store: store)
        store.initialize(model.initialization, seed: seed)
        _ = try trainingPlans.plan(for: batchSize)
    }

    // MARK: Computing

    /// One step of training: forward, loss, backward, update.
    ///
    /// - Parameters:
    ///   - features: count x inputs, each sample in the shape that the graph takes, row-major.
    ///   - targets: what the samples should be predicted as.
    ///   - count: samples in the batch, 1...batchSize.
    /// - Returns: the mean loss before the update; not finite where training has diverged.
    /// - Throws: ``ComputeError`` with `invalidBatch` for a batch that does not fit.
    public func step(
        features: UnsafeBufferPointer<Float>, targets: TargetBatch, count: Int
    ) throws(ComputeError) -> Double {
        let loss = try learn(features: features, targets: targets, count: count)
        update()
        return loss
    }

    /// Leaves the gradients of a batch, and returns its mean loss.
    func learn(
        features: UnsafeBufferPointer<Float>, targets: TargetBatch, count: Int
    ) throws(ComputeError) -> Double {
        let plan = try prepare(trainingPlans, features: features, count: count)
        try plan.forward(identity)
        let (sum, weight) = try lossFunction.evaluate(
            predicted: plan.output.base, expected: targets, count: count, gradient: plan.output.gradient?.buffer.base)
        if case .classes(let classes) = targets {
            let predictions = predictions(of: plan, count: count)
            rightOfBatch = (0..<count).count { predictions.predictedClass(ofSample: $0) == Int(classes[$0]) }
        }
        try plan.backward()
        // Of samples of classes that weigh nothing there is none.
        return weight == 0 ? 0 : sum / weight
    }

    /// As ``step(features:targets:count:)``, and tells how long each operation took.
    public func profiledStep(
        features: UnsafeBufferPointer<Float>, targets: TargetBatch, count: Int
    ) throws(ComputeError) -> (loss: Double, profile: StepProfile) {
        var profile = StepProfile()
        let plan = try prepare(trainingPlans, features: features, count: count)
        try plan.forward(identity, into: &profile)
        let (sum, weight) = try profile.measure("", loss.kind.rawValue, .loss) { () throws(ComputeError) in
            try lossFunction.evaluate(
                predicted: plan.output.base, expected: targets, count: count,
                gradient: plan.output.gradient?.buffer.base)
        }
        try plan.backward(into: &profile)
        try profile.measure("", "optimizer", .update) { () throws(ComputeError) in update() }
        return (sum / weight, profile)
    }

    /// Predicts with dropout off, and with batch normalisation's running statistics.
    ///
    /// - Returns: count x outputs, valid until the trainer is used again.
    /// - Throws: ``ComputeError`` with `invalidBatch` for a batch that does not fit.
    public func predict(
        features: UnsafeBufferPointer<Float>, count: Int
    ) throws(ComputeError) -> UnsafeBufferPointer<Float> {
        let plan = try prepare(evaluationPlans, features: features, count: count)
        try plan.forward(identity)
        return predictions(of: plan, count: count).values
    }

    /// The loss of predictions, as a sum and the weight that it is divided by; the gradient is that of the quotient.
    package func evaluateLoss(
        predicted: UnsafeBufferPointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutableBufferPointer<Float>? = nil
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        try lossFunction.evaluate(
            predicted: predicted.baseAddress!, expected: expected, count: count, gradient: gradient?.baseAddress)
    }

    /// Forward in training mode, and backward from a given gradient by the outputs; no weight changes.
    ///
    /// - Returns: outputs and, where the options ask for it, the gradient by the features; both row-major.
    package func backpropagate(
        features: UnsafeBufferPointer<Float>, outputGradient: UnsafeBufferPointer<Float>, count: Int
    ) throws(ComputeError) -> (outputs: [Float], inputGradient: [Float]) {
        let plan = try prepare(trainingPlans, features: features, count: count)
        try plan.forward(identity)
        let outputs = Array(UnsafeBufferPointer(start: plan.output.base, count: plan.output.count))
        plan.output.gradient?.buffer.base.update(from: outputGradient.baseAddress!, count: plan.output.count)
        try plan.backward()
        let gradient = plan.input.gradient.map {
            Array(UnsafeBufferPointer(start: $0.buffer.base, count: plan.input.count))
        }
        return (outputs, gradient ?? [])
    }

    /// Floats that the buffers of a plan of the largest batch take, without parameters and scratch memory.
    package func planSize(isTraining: Bool) throws(ComputeError) -> Int {
        try (isTraining ? trainingPlans : evaluationPlans).plan(for: batchSize).memorySize
    }

    var identity: StepIdentity { StepIdentity(seed: seed, step: stepCount) }

    func update() {
        stepCount += 1
        optimizer.update(
            store,
            OptimizerStep(
                number: stepCount, learningRate: learningRate, momentum: momentum,
                gradientScale: clipNorm.map { store.gradientScale(clippingTo: $0, groups) } ?? 1, groups: groups))
    }

    func prepare(
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
        plan.input.base.update(from: source, count: expected)
        return plan
    }

    /// What a plan's last forward pass made of its batch, valid until the next.
    func predictions(of plan: Plan, count: Int) -> Predictions {
        let outputs = model.output.count
        return Predictions(
            values: UnsafeBufferPointer(start: plan.output.base, count: count * outputs), outputs: outputs)
    }

    /// Sets the step: the optimizer's corrections and the position of every random stream follow from it.
    public func restore(stepCount: Int) {
        precondition(stepCount >= 0, "a step count is never negative")
        self.stepCount = stepCount
    }

    var optimizerStates: [StateBlock] { optimizer.states }
}

extension Trainer {
    /// The weights and what batch normalisation keeps beside them, in the model's order and under PyTorch's names.
    public func modelState() -> [NamedTensor] {
        store.modelState.flatMap { $0.tensors() }
    }

    /// Takes over a model's state, given in any order.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` unless names and shapes are exactly the model's; then nothing
    ///   has changed.
    public func load(modelState: [NamedTensor]) throws(ComputeError) {
        try StateBlock.load(modelState, into: store.modelState, what: "the model state")
    }

    /// Takes over what fits of another model's state: every tensor, but for those of the last layer that has any, which may
    /// be another.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` where a tensor of another layer is missing or has another shape.
    public func load(pretrained: [NamedTensor]) throws(ComputeError) {
        let last = store.parameters.last.map { String($0.name.prefix { $0 != "." }) + "." } ?? ""
        let given = Dictionary(pretrained.map { ($0.name, $0) }) { first, _ in first }
        var tensors: [NamedTensor] = []
        for own in modelState() {
            if let tensor = given[own.name], tensor.shape == own.shape {
                tensors.append(tensor)
            } else if own.name.hasPrefix(last) {
                tensors.append(own)
            } else {
                throw ComputeError(
                    .invalidState, "begin with another model's weights",
                    given[own.name].map { "\(own.name) has the shape \(own.shape) here, and \($0.shape) there" }
                        ?? "\(own.name) is not there")
            }
        }
        try load(modelState: tensors)
    }

    /// What the optimizer keeps for each parameter: "0.weight.exp_avg" and "0.weight.exp_avg_sq" for Adam and AdamW,
    /// "0.weight.square_avg" for RMSprop, "0.weight.momentum_buffer" for either of SGD and RMSprop with momentum.
    public func optimizerState() -> [NamedTensor] {
        optimizerStates.flatMap { $0.tensors() }
    }

    /// Takes over the optimizer's state, given in any order.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` as for the model state.
    public func load(optimizerState: [NamedTensor]) throws(ComputeError) {
        try StateBlock.load(optimizerState, into: optimizerStates, what: "the optimizer state")
    }

    /// The gradients that the last backward pass left, under the parameters' names.
    package func gradients() -> [NamedTensor] {
        StateBlock(parameters: store.parameters, block: store.gradients).tensors()
    }
}
