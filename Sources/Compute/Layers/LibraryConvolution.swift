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
    private var inputGradient: GradientPart?

    init(
        _ conv: Operation.Convolution, _ place: LayerPlace, _ parameters: LayerParameters, input: Value
    ) throws(ComputeError) {
        let context = place.context
        let output = place.output(.blocked, from: input, hasParameters: true, isKept: false)
        name = place.name
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

    func planBackward() throws(ComputeError) {
        guard let gradient = output.gradient?.buffer else { return }
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
        guard let part = GradientPart(to: input, context.arena) else { return }
        inputGradient = part
        backwardOperations.append(
            try LibraryOperation(
                try descriptors.backwardData(),
                [
                    outputGradient,
                    .init(DNNL_ARG_WEIGHTS, dnnl_query_weights_md, .read, try Layout(weight)) {
                        store.values(of: weight)
                    },
                    .init(DNNL_ARG_DIFF_SRC, dnnl_query_diff_src_md, .written, try Layout(input)) {
                        part.target.base
                    },
                ], context: context))
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer] + forwardOperation.buffers,
            backward: [input.buffer, output.gradient?.buffer] + backwardOperations.flatMap(\.buffers)
                + (inputGradient?.buffers ?? []))
    }

    func bind() throws(ComputeError) {
        try forwardOperation.bind()
        for operation in backwardOperations { try operation.bind() }
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try forwardOperation.execute()
    }

    func backward() throws(ComputeError) {
        for operation in backwardOperations { try operation.execute() }
        inputGradient?.finish()
    }
}
