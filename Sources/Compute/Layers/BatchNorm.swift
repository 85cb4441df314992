internal import Architecture
internal import CKernels

/// Batch normalisation in training, y = relu(gamma (x - mean) / sqrt(variance + epsilon) + beta + residual), with mean
/// and biased variance of the batch; the running variance takes the unbiased one.
///
/// The sum and the ReLU are left out where none is fused. Images are blocked, features row-major.
///
/// Source: Ioffe, Szegedy, "Batch normalization", ICML 2015; the details are `torch.nn.BatchNorm2d`'s.
final class BatchNorm: PlannedLayer {
    let name: String
    let output: Value
    private let norm: Layer.BatchNorm
    private let parameters: LayerParameters
    private let input: Value
    private let residual: Value?
    private let relu: Bool
    private let context: PlanContext
    private let shape: winnow_batch_norm_shape
    private let mean: Arena.Buffer
    private let inverseDeviation: Arena.Buffer
    /// Where the kernel writes the input's gradient when nobody asks for it.
    private var unwanted: Arena.Buffer?

    init(
        _ norm: Layer.BatchNorm, _ site: LayerSite, _ parameters: LayerParameters, input: Value, residual: Value?
    ) {
        name = site.name
        context = site.context
        relu = site.relu
        self.norm = norm
        self.parameters = parameters
        self.input = input
        self.residual = residual
        shape = winnow_batch_norm_shape(input)
        output = site.output(input.arrangement, from: input, hasParameters: true, isKept: site.relu)
        let floats = AlignedFloats.padded(input.shape.channels)
        mean = context.arena.reserve(floats: floats)
        inverseDeviation = context.arena.reserve(floats: floats)
    }

    var kind: String { "batch_norm" + (residual == nil ? "" : ", add") + (relu ? ", relu" : "") }

    /// Behind the ReLU, where the residual wants it.
    var outputGradient: OutputGradientUse { passesMasked ? .rewritten : .read }

    var inputGradients: [(value: Value, route: GradientRoute)] {
        [(input, .written)] + (residual.map { [($0, .passed)] } ?? [])
    }

    private var passesMasked: Bool { relu && residual?.isDifferentiable == true }

    func planBackward(_ gradients: LayerGradients) {
        if gradients.input == nil { unwanted = context.arena.reserve(floats: input.buffer.count) }
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, residual?.buffer, mean, inverseDeviation],
            backward: [input.buffer, relu ? output.buffer : nil, mean, inverseDeviation, unwanted])
    }

    func forward(_ step: StepIdentity) {
        let store = context.store
        withUnsafePointer(to: shape) {
            winnow_batch_norm_forward(
                $0, input.base, store.values(of: parameters.weight), store.values(of: parameters.bias!),
                residual?.base, relu ? 1 : 0, Float(norm.epsilon), Float(norm.momentum),
                store.statistics(of: parameters.statistics[0]), store.statistics(of: parameters.statistics[1]),
                mean.base, inverseDeviation.base, output.base)
        }
    }

    func backward(_ gradients: LayerGradients) {
        let store = context.store
        withUnsafePointer(to: shape) {
            winnow_batch_norm_backward(
                $0, input.base, output.base, gradients.source.base, store.values(of: parameters.weight), mean.base,
                inverseDeviation.base, relu ? 1 : 0, passesMasked ? gradients.output.base : nil,
                store.gradients(of: parameters.weight), store.gradients(of: parameters.bias!),
                (gradients.input ?? unwanted)!.base)
        }
    }
}

extension winnow_batch_norm_shape {
    /// How a value lies, blocked or row-major.
    init(_ value: Value) {
        let (shape, block) = (value.shape, Arrangement.channelBlock)
        let isBlocked = value.arrangement == .blocked
        self.init(
            batch: value.batch, channels: shape.channels, pixels: shape.pixels,
            sample_stride: isBlocked ? shape.channelBlocks * shape.pixels * block : shape.channels,
            block_stride: isBlocked ? shape.pixels * block : block, padded: isBlocked ? 1 : 0)
    }
}
