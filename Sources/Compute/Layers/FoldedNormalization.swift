internal import Architecture
internal import CKernels

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
