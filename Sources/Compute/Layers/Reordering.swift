internal import CDNNL

/// The same values in another layout: what stands at the edges of a run of blocked layers.
final class Reordering: PlannedLayer {
    let output: Activation
    private let input: Activation
    private let context: PlanContext
    private let forwardDescriptor: PrimitiveDescriptor
    private let backwardDescriptor: PrimitiveDescriptor?
    private var there: Primitive?
    private var back: Primitive?

    init(input: Activation, to layout: Layout, context: PlanContext) throws(ComputeError) {
        self.input = input
        self.context = context
        output = context.activation(input.shape, layout: layout, differentiable: input.gradient != nil)
        forwardDescriptor = try context.reorder(from: input.layout, to: layout)
        backwardDescriptor = input.gradient == nil ? nil : try context.reorder(from: layout, to: input.layout)
    }

    func bind() throws(ComputeError) {
        there = try context.primitive(
            forwardDescriptor,
            [(DNNL_ARG_FROM, input.layout, input.values.base), (DNNL_ARG_TO, output.layout, output.values.base)])
        if let backwardDescriptor, let gradient = input.gradient, let outputGradient = output.gradient {
            back = try context.primitive(
                backwardDescriptor,
                [(DNNL_ARG_FROM, output.layout, outputGradient.base), (DNNL_ARG_TO, input.layout, gradient.base)])
        }
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try there?.execute()
    }

    func backward() throws(ComputeError) {
        try back?.execute()
    }
}
