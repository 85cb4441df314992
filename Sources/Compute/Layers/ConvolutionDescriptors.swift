internal import Architecture
internal import CDNNL

/// oneDNN's choice for one convolution: its algorithm in each direction, with layouts as it likes them.
struct ConvolutionDescriptors {
    let forward: PrimitiveDescriptor
    private let input: [Int]
    private let output: [Int]
    private let weights: [Int]
    private let bias: [Int]?
    private let strides: [dnnl_dim_t]
    private let padding: [dnnl_dim_t]
    private let context: PlanContext

    /// - Parameters:
    ///   - input: batch, channels, height, width.
    ///   - output: alike.
    init(
        _ conv: Operation.Convolution, input: [Int], output: [Int], context: PlanContext
    ) throws(ComputeError) {
        let strides = [dnnl_dim_t](repeating: dnnl_dim_t(conv.stride), count: 2)
        let padding = [dnnl_dim_t](repeating: dnnl_dim_t(conv.padding), count: 2)
        let bias = conv.bias ? [conv.channels] : nil
        let weights = [conv.channels, conv.inputs, conv.kernel, conv.kernel]
        let source = try Layout(chosenByPrimitive: input)
        let filter = try Layout(chosenByPrimitive: weights)
        let destination = try Layout(chosenByPrimitive: output)
        let summand = try bias.map { shape throws(ComputeError) in try Layout(rowMajor: shape) }
        let kind = context.isTraining ? dnnl_forward_training : dnnl_forward_inference
        forward = try context.describe("convolution forward") { result, attributes in
            winnow_convolution_forward(
                &result, context.device.engine, attributes, kind, dnnl_convolution_auto, source.handle, filter.handle,
                summand?.handle, destination.handle, strides, padding)
        }
        self.input = input
        self.output = output
        self.weights = weights
        self.bias = bias
        self.strides = strides
        self.padding = padding
        self.context = context
    }

    func backwardWeights() throws(ComputeError) -> PrimitiveDescriptor {
        let source = try Layout(chosenByPrimitive: input)
        let filter = try Layout(chosenByPrimitive: weights)
        let destination = try Layout(chosenByPrimitive: output)
        let summand = try bias.map { shape throws(ComputeError) in try Layout(rowMajor: shape) }
        return try context.describe("convolution backward by weights") { result, attributes in
            winnow_convolution_backward_weights(
                &result, context.device.engine, attributes, dnnl_convolution_auto, forward.handle, source.handle,
                filter.handle, summand?.handle, destination.handle, strides, padding)
        }
    }

    func backwardData() throws(ComputeError) -> PrimitiveDescriptor {
        let source = try Layout(chosenByPrimitive: input)
        let filter = try Layout(chosenByPrimitive: weights)
        let destination = try Layout(chosenByPrimitive: output)
        return try context.describe("convolution backward by data") { result, attributes in
            winnow_convolution_backward_data(
                &result, context.device.engine, attributes, dnnl_convolution_auto, forward.handle, source.handle,
                filter.handle, destination.handle, strides, padding)
        }
    }
}
