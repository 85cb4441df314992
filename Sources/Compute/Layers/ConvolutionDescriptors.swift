internal import Architecture
internal import CDNNL

/// oneDNN's choice for one convolution: its algorithms in up to three directions, and the layouts they share.
///
/// The forward direction chooses freely how activations and weights lie; the backward ones take its activations and
/// choose their weights.
struct ConvolutionDescriptors {
    let forward: PrimitiveDescriptor
    /// Nil where nobody asks for the input's gradient.
    let backwardData: PrimitiveDescriptor?
    /// Nil in evaluation.
    let weightGradient: (any WeightGradient)?
    let inputLayout: Layout
    let outputLayout: Layout

    init(
        _ conv: Layer.Conv2d, input: Activation, output: Shape, parameters: LayerParameters, context: PlanContext
    ) throws(ComputeError) {
        let engine = context.device.engine
        let strides = [dnnl_dim_t](repeating: dnnl_dim_t(conv.stride), count: 2)
        let padding = [dnnl_dim_t](repeating: dnnl_dim_t(conv.padding), count: 2)
        let anySource = try Layout(chosenByPrimitive: input.dimensions)
        let anyWeights = try Layout(chosenByPrimitive: parameters.weight.shape)
        let anyDestination = try Layout(chosenByPrimitive: [input.batch] + output.dimensions)
        let bias = try parameters.bias.map { bias throws(ComputeError) in try Layout(rowMajor: bias.shape) }
        let kind = context.purpose == .training ? dnnl_forward_training : dnnl_forward_inference

        let forward = try context.describe("convolution forward") { result, attributes in
            winnow_convolution_forward(
                &result, engine, attributes, kind, anySource.handle, anyWeights.handle, bias?.handle,
                anyDestination.handle, strides, padding)
        }
        self.forward = forward
        let source = try forward.layout(dnnl_query_src_md)
        let destination = try forward.layout(dnnl_query_dst_md)
        inputLayout = source
        outputLayout = destination

        guard context.purpose == .training else {
            backwardData = nil
            weightGradient = nil
            return
        }
        let backwardWeights = try context.describe("convolution backward by weights") { result, attributes in
            winnow_convolution_backward_weights(
                &result, engine, attributes, forward.handle, source.handle, anyWeights.handle, bias?.handle,
                destination.handle, strides, padding)
        }
        if backwardWeights.isReference,
            let own = FewChannelsWeightGradient(
                conv, input: input, inputLayout: source, output: output, outputLayout: destination,
                parameters: parameters, context: context)
        {
            weightGradient = own
        } else {
            weightGradient = try LibraryWeightGradient(
                backwardWeights, outputLayout: destination, parameters: parameters, context: context)
        }
        guard input.gradient != nil else {
            backwardData = nil
            return
        }
        backwardData = try context.describe("convolution backward by data") { result, attributes in
            winnow_convolution_backward_data(
                &result, engine, attributes, forward.handle, source.handle, anyWeights.handle, destination.handle,
                strides, padding)
        }
    }
}
