internal import Architecture

/// A model made ready for one batch size: shapes checked, memory laid out, primitives made. Running it allocates
/// nothing and looks nothing up.
final class Plan {
    let batch: Int
    let input: Value
    /// Row-major.
    let output: Value
    private let layers: [any PlannedLayer]
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
        if output.isDifferentiable {
            output.adopt(arena.reserve(floats: output.buffer.count), isShared: false)
            for layer in layers.reversed() { try layer.planBackward() }
        }
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
        for (time, layer) in layers.enumerated() {
            let footprint = layer.footprint
            for buffer in footprint.forward { buffer.use(at: time) }
            guard output.isDifferentiable else { continue }
            for buffer in footprint.backward { buffer.use(at: 2 * loss - time) }
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
        for layer in layers.reversed() {
            try layer.backward()
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
        for layer in layers.reversed() {
            try profile.measure(layer.name, layer.kind, .backward) { () throws(ComputeError) in try layer.backward() }
        }
    }
}
