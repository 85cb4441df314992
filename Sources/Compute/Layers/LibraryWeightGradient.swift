internal import CDNNL

/// A convolution's weight gradient by oneDNN.
final class LibraryWeightGradient: WeightGradient {
    private let descriptor: PrimitiveDescriptor
    private let context: PlanContext
    private let outputLayout: Layout
    private let weights: BlockedWeights
    private let bias: Primitive.Argument?
    private var primitive: Primitive?

    init(
        _ descriptor: PrimitiveDescriptor, outputLayout: Layout, parameters: LayerParameters, context: PlanContext
    ) throws(ComputeError) {
        self.descriptor = descriptor
        self.outputLayout = outputLayout
        self.context = context
        weights = try BlockedWeights(
            .toStore, shape: parameters.weight.shape, stored: context.store.gradients(of: parameters.weight),
            layout: try descriptor.layout(dnnl_query_diff_weights_md), context: context)
        bias = try parameters.bias.map { bias throws(ComputeError) in
            (DNNL_ARG_DIFF_BIAS, try Layout(rowMajor: bias.shape), context.store.gradients(of: bias))
        }
    }

    func bind(input: Activation, gradient: Arena.Buffer) throws(ComputeError) {
        try weights.bind(context)
        primitive = try context.primitive(
            descriptor,
            [
                (DNNL_ARG_SRC, input.layout, input.values.base), (DNNL_ARG_DIFF_DST, outputLayout, gradient.base),
                (DNNL_ARG_DIFF_WEIGHTS, weights.layout, weights.data),
            ] + (bias.map { [$0] } ?? []))
    }

    func execute() throws(ComputeError) {
        try primitive?.execute()
        try weights.synchronize()
    }
}
