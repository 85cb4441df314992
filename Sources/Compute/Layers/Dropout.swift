internal import CKernels
internal import Random

/// y = x m / (1 - p) with m zero at the probability p, in training only, in place where that is possible.
///
/// The mask is drawn from (seed, layer, step), so a step can be replayed. Value i of the row-major batch takes draw i;
/// where whole channels are dropped, channel i of the batch, sample by sample, does.
///
/// Sources: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014;
/// of channels Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015.
final class Dropout: PlannedLayer {
    /// What is kept or dropped as one.
    enum Unit {
        case value
        /// Of a blocked image.
        case channel
    }

    let name: String
    let output: Value
    private let unit: Unit
    private let input: Value
    private let mask: DropoutMask

    init(of unit: Unit, probability: Double, _ site: LayerSite, input: Value) {
        name = site.name
        self.unit = unit
        self.input = input
        let count =
            switch unit {
            case .value: input.count
            case .channel: input.batch * input.shape.channels
            }
        mask = DropoutMask(probability: probability, index: site.index, count: count, site.context.arena)
        output = site.outputInPlace(of: input, isKept: false)
    }

    var kind: String {
        switch unit {
        case .value: "dropout"
        case .channel: "channel_dropout"
        }
    }

    var outputGradient: OutputGradientUse { .overwritten }
    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .passed)] }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, mask.kept],
            backward: [mask.kept])
    }

    func forward(_ step: StepIdentity) {
        output.copyUnlessInPlace(input)
        mask.draw(step) { kept, key, high in
            switch unit {
            case .value:
                winnow_dropout_forward(output.base, kept, output.count, mask.probability, mask.scale, key, high)
            case .channel:
                winnow_channel_dropout_forward(
                    output.base, kept, output.batch, output.shape.channels, output.shape.pixels, mask.probability,
                    mask.scale, key, high)
            }
        }
    }

    func backward(_ gradients: LayerGradients) {
        let gradient = gradients.output.base!
        switch unit {
        case .value:
            winnow_dropout_backward(mask.bytes, gradient, output.count, mask.scale)
        case .channel:
            winnow_channel_dropout_backward(
                mask.bytes, gradient, output.batch, output.shape.channels, output.shape.pixels, mask.scale)
        }
    }
}

/// Which values, or which channels, a dropout layer has kept in the current step.
struct DropoutMask {
    let probability: Float
    /// What the kept ones are multiplied by.
    let scale: Float
    let kept: Arena.Buffer
    private let index: Int

    init(probability: Double, index: Int, count: Int, _ arena: Arena) {
        self.probability = Float(probability)
        scale = Float(1 / (1 - probability))
        self.index = index
        kept = arena.reserve(bytes: count)
    }

    /// One byte for each: whether it is kept.
    var bytes: UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(kept.base).assumingMemoryBound(to: UInt8.self)
    }

    /// Calls a kernel with the mask's place, and with the key and the counter of the step's draws.
    func draw(
        _ step: StepIdentity,
        _ kernel: (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt32>, UnsafePointer<UInt32>) -> Void
    ) {
        let random = step.dropoutStream(index: index)
        withUnsafeBytes(of: random.generator.key) { key in
            withUnsafeBytes(of: random.counterHigh) { high in
                kernel(
                    bytes, key.baseAddress!.assumingMemoryBound(to: UInt32.self),
                    high.baseAddress!.assumingMemoryBound(to: UInt32.self))
            }
        }
    }
}
