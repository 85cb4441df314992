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
    private let context: PlanContext
    private let mask: DropoutMask
    private var passage: GradientPassage?

    init(of unit: Unit, probability: Double, _ place: LayerPlace, input: Value) {
        name = place.name
        context = place.context
        self.unit = unit
        self.input = input
        let count =
            switch unit {
            case .value: input.count
            case .channel: input.batch * input.shape.channels
            }
        mask = DropoutMask(probability: probability, index: place.index, count: count, context.arena)
        output = place.outputInPlace(of: input, isKept: false)
    }

    var kind: String {
        switch unit {
        case .value: "dropout"
        case .channel: "channel_dropout"
        }
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

    func backward() {
        passage?.run { gradient in
            switch unit {
            case .value:
                winnow_dropout_backward(mask.bytes, gradient, output.count, mask.scale)
            case .channel:
                winnow_channel_dropout_backward(
                    mask.bytes, gradient, output.batch, output.shape.channels, output.shape.pixels, mask.scale)
            }
        }
    }
}
