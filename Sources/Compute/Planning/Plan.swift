internal import Architecture

/// A model made ready for one batch size: shapes checked, memory laid out, primitives made. Running it allocates
/// nothing and looks nothing up.
final class Plan {
    let batch: Int
    let input: Value
    /// Row-major.
    let output: Value
    private let layers: [any PlannedLayer]
    /// From the last layer to the first.
    private let backwardSteps: [BackwardStep]
    private let arena: Arena

    /// Floats that all values, their gradients and the layers' scratch memory take.
    var memorySize: Int { arena.size }

    init(_ model: ModelGraph, context: PlanContext) throws(ComputeError) {
        batch = context.batch
        arena = context.arena
        input = Value(
            shape: model.input, batch: batch, arrangement: .rowMajor,
            buffer: arena.reserve(floats: batch * model.input.count),
            isDifferentiable: context.isTraining && context.options.differentiatesInput, isOverwritable: false)
        var builder = PlanBuilder(model, input: input, context: context)
        output = try builder.build()
        layers = builder.layers
        var backwardSteps: [BackwardStep] = []
        if output.isDifferentiable {
            output.adopt(arena.reserve(floats: output.buffer.count), isShared: false)
            for layer in layers.reversed() {
                if let step = try BackwardStep(layer, arena) { backwardSteps.append(step) }
            }
        }
        self.backwardSteps = backwardSteps
        setLifetimes()
        try arena.allocate()
        for layer in layers { try layer.bind() }
    }

    /// Layer k runs forward at time k and backward at 2 n - k; between them, at n, the loss is computed. The input is
    /// there before, and the input's gradient after all of it.
    private func setLifetimes() {
        let loss = layers.count
        input.buffer.use(at: -1)
        input.gradient?.buffer.use(at: 2 * loss + 1)
        output.buffer.use(at: loss)
        output.gradient?.buffer.use(at: loss)
        var times: [ObjectIdentifier: Int] = [:]
        for (time, layer) in layers.enumerated() {
            times[ObjectIdentifier(layer)] = time
            for buffer in layer.footprint.forward { buffer.use(at: time) }
        }
        for step in backwardSteps {
            let time = 2 * loss - times[ObjectIdentifier(step.layer)]!
            for buffer in step.buffers + step.layer.footprint.backward { buffer.use(at: time) }
        }
    }

    /// From the input's values to the output's.
    func forward(_ step: StepIdentity) throws(ComputeError) {
        for layer in layers {
            try layer.forward(step)
        }
    }

    /// From the output's gradient to the parameters' gradients.
    func backward() throws(ComputeError) {
        for step in backwardSteps {
            try step.run()
        }
    }

    /// As ``forward(_:)``, and tells how long each layer took.
    func forward(_ step: StepIdentity, into profile: inout StepProfile) throws(ComputeError) {
        for layer in layers {
            try profile.measure(layer.name, layer.kind, .forward) { () throws(ComputeError) in try layer.forward(step) }
        }
    }

    /// As ``backward()``, and tells how long each layer took.
    func backward(into profile: inout StepProfile) throws(ComputeError) {
        for step in backwardSteps {
            try profile.measure(step.layer.name, step.layer.kind, .backward) { () throws(ComputeError) in
                try step.run()
            }
        }
    }
}

/// The plans of one purpose, each made when its batch size first occurs: the full one, and the epoch's smaller last.
final class PlanCache {
    private let purpose: PlanContext.Purpose
    private let options: PlanOptions
    private let model: ModelGraph
    private let device: Device
    private let store: ParameterStore
    private var plans: [Plan] = []

    init(
        _ purpose: PlanContext.Purpose, model: ModelGraph, options: PlanOptions, device: Device, store: ParameterStore
    ) {
        self.purpose = purpose
        self.options = options
        self.model = model
        self.device = device
        self.store = store
    }

    func plan(for batch: Int) throws(ComputeError) -> Plan {
        // There are two or three; the first is nearly always the one.
        for plan in plans where plan.batch == batch {
            return plan
        }
        let plan = try Plan(
            model,
            context: PlanContext(purpose: purpose, batch: batch, options: options, device: device, store: store))
        plans.append(plan)
        return plan
    }
}
