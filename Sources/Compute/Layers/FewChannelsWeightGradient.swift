internal import Architecture
internal import CKernels

/// A convolution's weight gradient by the own kernel for few input channels.
///
/// It is used exactly where oneDNN has only its reference implementation: on AVX2 for an input of one channel.
final class FewChannelsWeightGradient: WeightGradient {
    private var shape: winnow_convolution
    private let weightGradient: UnsafeMutablePointer<Float>
    private let biasGradient: UnsafeMutablePointer<Float>?
    private let arena: Arena
    private var input: UnsafePointer<Float>?
    private var gradient: UnsafePointer<Float>?

    /// Nil where the kernel does not take these layouts: it reads row-major inputs and blocked outputs.
    init?(
        _ conv: Layer.Conv2d, input: Activation, inputLayout: Layout, output: Shape, outputLayout: Layout,
        parameters: LayerParameters, context: PlanContext
    ) {
        shape = winnow_convolution(
            batch: input.batch, inputs: input.shape.dimensions[0], height: input.shape.dimensions[1],
            width: input.shape.dimensions[2], outputs: output.dimensions[0], out_height: output.dimensions[1],
            out_width: output.dimensions[2], kernel: conv.kernel, stride: conv.stride, padding: conv.padding,
            block: outputLayout.channelBlock)
        guard inputLayout.channelBlock == 1, winnow_convolution_supported(&shape) != 0 else { return nil }
        weightGradient = context.store.gradients(of: parameters.weight)
        biasGradient = parameters.bias.map(context.store.gradients(of:))
        arena = context.arena
        arena.requireScratch(bytes: winnow_convolution_scratch(&shape) * MemoryLayout<Float>.stride)
    }

    func bind(input: Activation, gradient: Arena.Buffer) {
        self.input = UnsafePointer(input.values.base)
        self.gradient = UnsafePointer(gradient.base)
    }

    func execute() {
        winnow_convolution_backward_weights(&shape, input, gradient, weightGradient, biasGradient, arena.scratch)
    }
}
