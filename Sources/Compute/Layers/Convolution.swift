internal import Architecture
internal import CKernels

/// A two-dimensional cross-correlation by this project's kernels,
/// y[n,o,i,j] = b[o] + the sum over c, k, l of W[o,c,k,l] x[n,c,si+k-p,sj+l-p], with what is fused into it:
/// y = relu(scale y + shift + residual) in evaluation, a ReLU in training.
///
/// Shapes: x [batch, inputs, height, width], W [channels, inputs, kernel, kernel], b [channels]; images are blocked by
/// channels, but for the model's input where it has few of them.
final class Convolution: PlannedLayer {
    let name: String
    let output: Value
    private let kernel: ConvolutionKernel
    private let input: Value
    private let residual: Value?
    private let relu: Bool
    private let normalization: FoldedNormalization?
    private let context: PlanContext
    private let weight: UnsafeMutablePointer<Float>
    private let weightGradient: UnsafeMutablePointer<Float>
    private let bias: UnsafeMutablePointer<Float>?
    private let biasGradient: UnsafeMutablePointer<Float>?

    init(
        _ conv: Operation.Convolution, _ site: LayerSite, _ parameters: LayerParameters,
        normalization: FoldedNormalization?, input: Value, residual: Value?
    ) {
        let store = site.context.store
        name = site.name
        context = site.context
        relu = site.relu
        self.input = input
        self.residual = residual
        self.normalization = normalization
        kernel = ConvolutionKernel(
            conv, batch: input.batch, input: input.shape, output: site.shape,
            isStem: parameters.weight.order == .blockedOutputs)
        weight = store.values(of: parameters.weight)
        weightGradient = store.gradients(of: parameters.weight)
        bias = parameters.bias.map(store.values(of:))
        biasGradient = parameters.bias.map(store.gradients(of:))
        output = site.output(.blocked, from: input, hasParameters: true, isKept: site.relu)
        context.arena.requireScratch(floats: kernel.scratchFloats)
    }

    var kind: String {
        let fused = [normalization == nil ? nil : "batch_norm", residual == nil ? nil : "add", relu ? "relu" : nil]
        return (["convolution (\(kernel.method))"] + fused.compactMap(\.self)).joined(separator: ", ")
    }

    var outputGradient: OutputGradientUse { relu ? .overwritten : .read }
    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .added)] }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, residual?.buffer] + (normalization?.buffers ?? []),
            backward: [input.buffer, relu ? output.buffer : nil])
    }

    func forward(_ step: StepIdentity) {
        normalization?.fold(bias: bias)
        kernel.forward(
            input.base, weight, into: output.base,
            winnow_epilogue(
                scale: normalization?.scale, shift: normalization?.shift ?? bias, residual: residual?.base,
                relu: relu ? 1 : 0),
            scratch: context.arena.scratch)
    }

    func backward(_ gradients: LayerGradients) {
        let gradient = gradients.output.base!
        let scratch = context.arena.scratch
        if relu { winnow_relu_backward(output.base, gradient, output.buffer.count) }
        if let biasGradient {
            winnow_sum_channels(gradient, biasGradient, output.batch, output.shape.channels, output.shape.pixels)
        }
        kernel.backwardWeights(input.base, gradient, into: weightGradient, scratch: scratch)
        if let inputGradient = gradients.input {
            kernel.backwardData(
                gradient, weight, into: inputGradient.base,
                winnow_epilogue(scale: nil, shift: nil, residual: gradients.addend?.base, relu: 0),
                scratch: scratch)
        }
    }
}
