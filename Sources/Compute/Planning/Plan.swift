internal import Architecture

/// A model made ready for one batch size: shapes checked, memory laid out, primitives made. Running it allocates
/// nothing and looks nothing up.
final class Plan {
    let batch: Int
    let input: Activation
    let output: Activation
    private let layers: [any PlannedLayer]
    private let arena: Arena

    init(_ model: PlacedModel, context: PlanContext) throws(ComputeError) {
        batch = context.batch
        arena = context.arena
        let dimensions = [context.batch] + model.input.dimensions
        input = context.activation(model.input, layout: try Layout(rowMajor: dimensions), differentiable: false)
        var builder = PlanBuilder(context: context, input: input)
        for (index, element) in model.executionOrder() {
            try builder.append(element, index: index)
        }
        try builder.makeRowMajor()
        output = builder.current
        layers = builder.layers
        try arena.allocate()
        for layer in layers {
            try layer.bind()
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
}
