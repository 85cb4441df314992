internal import Architecture
internal import CDNNL

/// A convolution by oneDNN: the reference and the fallback for this project's kernels.
final class LibraryConvolution: PlannedLayer {
    let name: String
    let kind = "convolution (onednn)"
    let output: Value
    private let input: Value
    private let context: PlanContext
    private let weight: Parameter
    private let bias: Parameter?
    private let descriptors: ConvolutionDescriptors
    private let forwardOperation: LibraryOperation
    private var backwardOperations: [LibraryOperation] = []

    init(
        _ conv: Operation.Convolution, _ site: LayerSite, _ parameters: LayerParameters, input: Value
    ) throws(ComputeError) {
        let context = site.context
        let output = site.output(.blocked, from: input, hasParameters: true, isKept: false)
        name = site.name
        weight = parameters.weight
        bias = parameters.bias
        self.context = context
        self.input = input
        self.output = output
        descriptors = try ConvolutionDescriptors(
            conv, input: input.dimensions, output: output.dimensions, context: context)
        let (weights, store) = (parameters.weight, context.store)
        var operands: [LibraryOperation.Operand] = [
            .init(DNNL_ARG_SRC, dnnl_query_src_md, .read, try Layout(input)) { input.base },
            .init(DNNL_ARG_WEIGHTS, dnnl_query_weights_md, .read, try Layout(weights)) { store.values(of: weights) },
            .init(DNNL_ARG_DST, dnnl_query_dst_md, .written, try Layout(output)) { output.base },
        ]
        if let bias = parameters.bias {
            operands.append(
                .init(DNNL_ARG_BIAS, nil, .read, try Layout(rowMajor: bias.shape)) { store.values(of: bias) })
        }
        forwardOperation = try LibraryOperation(descriptors.forward, operands, context: context)
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .written)] }

    func planBackward(_ gradients: LayerGradients) throws(ComputeError) {
        let gradient = gradients.output
        let (input, weight, store) = (input, weight, context.store)
        let outputGradient = LibraryOperation.Operand(
            DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md, .read, try Layout(output)
        ) { gradient.base }
        var operands: [LibraryOperation.Operand] = [
            outputGradient,
            .init(DNNL_ARG_SRC, dnnl_query_src_md, .read, try Layout(input)) { input.base },
            .init(DNNL_ARG_DIFF_WEIGHTS, dnnl_query_diff_weights_md, .written, try Layout(weight)) {
                store.gradients(of: weight)
            },
        ]
        if let bias {
            operands.append(
                .init(DNNL_ARG_DIFF_BIAS, nil, .written, try Layout(rowMajor: bias.shape)) {
                    store.gradients(of: bias)
                })
        }
        backwardOperations = [
            try LibraryOperation(try descriptors.backwardWeights(), operands, context: context)
        ]
        guard let inputGradient = gradients.input else { return }
        backwardOperations.append(
            try LibraryOperation(
                try descriptors.backwardData(),
                [
                    outputGradient,
                    .init(DNNL_ARG_WEIGHTS, dnnl_query_weights_md, .read, try Layout(weight)) {
                        store.values(of: weight)
                    },
                    .init(DNNL_ARG_DIFF_SRC, dnnl_query_diff_src_md, .written, try Layout(input)) {
                        inputGradient.base
                    },
                ], context: context))
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer] + forwardOperation.buffers,
            backward: [input.buffer] + backwardOperations.flatMap(\.buffers))
    }

    func bind() throws(ComputeError) {
        try forwardOperation.bind()
        for operation in backwardOperations { try operation.bind() }
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try forwardOperation.execute()
    }

    func backward(_ gradients: LayerGradients) throws(ComputeError) {
        for operation in backwardOperations { try operation.execute() }
    }
}

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
