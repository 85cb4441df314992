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
        _ norm: Layer.BatchNorm, _ place: LayerPlace, _ parameters: LayerParameters, input: Value, residual: Value?
    ) {
        name = place.name
        relu = place.relu
        self.input = input
        self.residual = residual
        normalization = FoldedNormalization(norm, parameters, context: place.context)
        output = place.outputInPlace(of: input, isKept: false)
    }

    func planBackward() {}

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

    func backward() {}
}
