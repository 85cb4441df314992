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
    private var inputGradient: GradientPart?
    /// Where the kernel writes the input's gradient when nobody asks for it.
    private var unwanted: Arena.Buffer?
    /// The output's gradient behind the ReLU, where the residual wants it.
    private var maskedGradient: Arena.Buffer?
    private var residualSum: (destination: Arena.Buffer, addend: Arena.Buffer)?

    init(
        _ norm: Layer.BatchNorm, _ place: LayerPlace, _ parameters: LayerParameters, input: Value, residual: Value?
    ) {
        name = place.name
        context = place.context
        relu = place.relu
        self.norm = norm
        self.parameters = parameters
        self.input = input
        self.residual = residual
        shape = winnow_batch_norm_shape(input)
        output = place.output(input.arrangement, from: input, hasParameters: true, isKept: place.relu)
        let floats = AlignedFloats.padded(input.shape.channels)
        mean = context.arena.reserve(floats: floats)
        inverseDeviation = context.arena.reserve(floats: floats)
    }

    var kind: String { "batch_norm" + (residual == nil ? "" : ", add") + (relu ? ", relu" : "") }

    func planBackward() {
        guard let gradient = output.gradient else { return }
        inputGradient = GradientPart(to: input, context.arena)
        if inputGradient == nil { unwanted = context.arena.reserve(floats: input.buffer.count) }
        guard let residual, residual.isDifferentiable else { return }
        let masked =
            !relu || !gradient.isShared ? gradient.buffer : context.arena.reserve(floats: gradient.buffer.count)
        maskedGradient = masked
        if residual.gradient == nil {
            residual.adopt(masked, isShared: !relu && gradient.isShared)
        } else {
            let (destination, addend) = residual.contribute(context.arena)
            residualSum = (destination, addend!)
        }
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, residual?.buffer, mean, inverseDeviation],
            backward: [
                input.buffer, relu ? output.buffer : nil, output.gradient?.buffer, mean, inverseDeviation,
                unwanted, maskedGradient, residualSum?.destination, residualSum?.addend,
            ] + (inputGradient?.buffers ?? []))
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

    func backward() {
        guard let gradient = output.gradient?.buffer, let target = inputGradient?.target ?? unwanted else { return }
        let store = context.store
        withUnsafePointer(to: shape) {
            winnow_batch_norm_backward(
                $0, input.base, output.base, gradient.base, store.values(of: parameters.weight), mean.base,
                inverseDeviation.base, relu ? 1 : 0, relu ? maskedGradient?.base : nil,
                store.gradients(of: parameters.weight), store.gradients(of: parameters.bias!), target.base)
        }
        inputGradient?.finish()
        if let residualSum, let maskedGradient {
            winnow_add_relu(
                residualSum.destination.base, residualSum.addend.base, maskedGradient.base, 0, maskedGradient.count)
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
