internal import CKernels
internal import Random

/// y = x m / (1 - p) with m zero at the probability p, in training only, in place where that is possible.
///
/// The mask is drawn from (seed, layer, step), so a step can be replayed; value i of the row-major batch takes draw i.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
final class Dropout: PlannedLayer {
    let name: String
    let kind = "dropout"
    let output: Value
    private let input: Value
    private let context: PlanContext
    private let mask: DropoutMask
    private var passage: GradientPassage?

    init(probability: Double, _ place: LayerPlace, input: Value) {
        name = place.name
        context = place.context
        self.input = input
        mask = DropoutMask(probability: probability, index: place.index, count: input.count, context.arena)
        output = place.outputInPlace(of: input, isKept: false)
    }

    func planBackward() {
        passage = GradientPassage(from: output, to: input, context.arena)
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, mask.kept],
            backward: [mask.kept] + (passage?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) {
        if output.buffer !== input.buffer { output.base.update(from: input.base, count: output.buffer.count) }
        mask.draw(step) { kept, key, high in
            winnow_dropout_forward(output.base, kept, output.count, mask.probability, mask.scale, key, high)
        }
    }

    func backward() {
        passage?.run { winnow_dropout_backward(mask.bytes, $0, output.count, mask.scale) }
    }
}

/// Dropout of whole channels: draw i is that of channel i of the batch, sample by sample.
///
/// Source: Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015.
final class ChannelDropout: PlannedLayer {
    let name: String
    let kind = "channel_dropout"
    let output: Value
    private let input: Value
    private let context: PlanContext
    private let mask: DropoutMask
    private var passage: GradientPassage?

    init(probability: Double, _ place: LayerPlace, input: Value) {
        name = place.name
        context = place.context
        self.input = input
        mask = DropoutMask(
            probability: probability, index: place.index, count: input.batch * input.shape.channels, context.arena)
        output = place.outputInPlace(of: input, isKept: false)
    }

    func planBackward() {
        passage = GradientPassage(from: output, to: input, context.arena)
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, mask.kept],
            backward: [mask.kept] + (passage?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) {
        if output.buffer !== input.buffer { output.base.update(from: input.base, count: output.buffer.count) }
        mask.draw(step) { kept, key, high in
            winnow_channel_dropout_forward(
                output.base, kept, output.batch, output.shape.channels, output.shape.pixels, mask.probability,
                mask.scale, key, high)
        }
    }

    func backward() {
        passage?.run {
            winnow_channel_dropout_backward(
                mask.bytes, $0, output.batch, output.shape.channels, output.shape.pixels, mask.scale)
        }
    }
}
