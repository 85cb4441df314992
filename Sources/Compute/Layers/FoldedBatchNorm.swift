internal import Architecture
internal import CKernels

/// Batch normalisation in evaluation, where no convolution before it takes it in: y = relu(scale x + shift + residual).
final class FoldedBatchNorm: PlannedLayer {
    let name: String
    let kind = "batch_norm"
    let output: Value
    private let input: Value
    private let residual: Value?
    private let relu: Bool
    private let normalization: FoldedNormalization

    init(
        _ norm: Layer.BatchNorm, _ site: LayerSite, _ parameters: LayerParameters, input: Value, residual: Value?
    ) {
        name = site.name
        relu = site.relu
        self.input = input
        self.residual = residual
        normalization = FoldedNormalization(norm, parameters, context: site.context)
        output = site.outputInPlace(of: input, isKept: false)
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [] }

    var footprint: Footprint {
        Footprint(forward: [input.buffer, output.buffer, residual?.buffer] + normalization.buffers)
    }

    func forward(_ step: StepIdentity) {
        normalization.fold(bias: nil)
        withUnsafePointer(to: winnow_batch_norm_shape(input)) {
            winnow_batch_norm_apply(
                $0, input.base, normalization.scale, normalization.shift, residual?.base, relu ? 1 : 0, output.base)
        }
    }

    func backward(_ gradients: LayerGradients) {}
}

/// Batch normalisation in evaluation, as a factor and a summand for each channel of the convolution before it:
/// scale = gamma / sqrt(running variance + epsilon), shift = beta + (bias - running mean) scale.
struct FoldedNormalization {
    private let parameters: LayerParameters
    private let epsilon: Float
    private let store: ParameterStore
    private let memory: (scale: Arena.Buffer, shift: Arena.Buffer)

    init(_ norm: Layer.BatchNorm, _ parameters: LayerParameters, context: PlanContext) {
        self.parameters = parameters
        epsilon = Float(norm.epsilon)
        store = context.store
        let floats = AlignedFloats.padded(parameters.weight.count)
        memory = (context.arena.reserve(floats: floats), context.arena.reserve(floats: floats))
    }

    var buffers: [Arena.Buffer?] { [memory.scale, memory.shift] }
    var scale: UnsafeMutablePointer<Float> { memory.scale.base }
    var shift: UnsafeMutablePointer<Float> { memory.shift.base }

    /// Computes both anew: the statistics may have changed.
    ///
    /// - Parameter bias: the convolution's.
    func fold(bias: UnsafePointer<Float>?) {
        let channels = parameters.weight.count
        scale.update(repeating: 0, count: memory.scale.count)
        shift.update(repeating: 0, count: memory.shift.count)
        winnow_batch_norm_fold(
            store.values(of: parameters.weight), store.values(of: parameters.bias!),
            store.statistics(of: parameters.statistics[0]), store.statistics(of: parameters.statistics[1]), epsilon,
            channels, scale, shift)
        guard let bias else { return }
        for channel in 0..<channels { shift[channel] += bias[channel] * scale[channel] }
    }
}
