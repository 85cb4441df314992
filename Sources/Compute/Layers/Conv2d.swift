internal import Architecture
internal import CDNNL

/// A two-dimensional cross-correlation, y[n,o,i,j] = b[o] + the sum over c, k, l of W[o,c,k,l] x[n,c,si+k-p,sj+l-p].
///
/// Shapes: x [batch, inputs, height, width], W [channels, inputs, kernel, kernel], b [channels]. Activations lie as
/// oneDNN chose them; weights are copied from and gradients to PyTorch's plain layout within the step.
final class Conv2d: PlannedLayer {
    let output: Activation
    private let input: Activation
    private let descriptors: ConvolutionDescriptors
    private let context: PlanContext
    private let weights: BlockedWeights
    private let weightsForData: BlockedWeights?
    private let bias: Primitive.Argument?
    private var forwardPrimitive: Primitive?
    private var backwardData: Primitive?

    /// - Parameter input: already in the layout that `descriptors` ask for.
    init(
        _ descriptors: ConvolutionDescriptors, output shape: Shape, parameters: LayerParameters, input: Activation,
        context: PlanContext
    ) throws(ComputeError) {
        let store = context.store
        let weight = parameters.weight
        self.descriptors = descriptors
        self.input = input
        self.context = context
        output = context.activation(shape, layout: descriptors.outputLayout, differentiable: true)
        weights = try BlockedWeights(
            .fromStore, shape: weight.shape, stored: store.values(of: weight),
            layout: try descriptors.forward.layout(dnnl_query_weights_md), context: context)
        weightsForData = try descriptors.backwardData.map { descriptor throws(ComputeError) in
            try BlockedWeights(
                .fromStore, shape: weight.shape, stored: store.values(of: weight),
                layout: try descriptor.layout(dnnl_query_weights_md), context: context)
        }
        bias = try parameters.bias.map { bias throws(ComputeError) in
            (DNNL_ARG_BIAS, try Layout(rowMajor: bias.shape), store.values(of: bias))
        }
    }

    func bind() throws(ComputeError) {
        try weights.bind(context)
        try weightsForData?.bind(context)
        forwardPrimitive = try context.primitive(
            descriptors.forward,
            [
                (DNNL_ARG_SRC, input.layout, input.values.base), (DNNL_ARG_WEIGHTS, weights.layout, weights.data),
                (DNNL_ARG_DST, output.layout, output.values.base),
            ] + (bias.map { [$0] } ?? []))
        guard let outputGradient = output.gradient else { return }
        try descriptors.weightGradient?.bind(input: input, gradient: outputGradient)
        if let descriptor = descriptors.backwardData, let weightsForData, let inputGradient = input.gradient {
            backwardData = try context.primitive(
                descriptor,
                [
                    (DNNL_ARG_DIFF_DST, output.layout, outputGradient.base),
                    (DNNL_ARG_WEIGHTS, weightsForData.layout, weightsForData.data),
                    (DNNL_ARG_DIFF_SRC, input.layout, inputGradient.base),
                ])
        }
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try weights.synchronize()
        try forwardPrimitive?.execute()
    }

    func backward() throws(ComputeError) {
        try descriptors.weightGradient?.execute()
        try weightsForData?.synchronize()
        try backwardData?.execute()
    }
}
