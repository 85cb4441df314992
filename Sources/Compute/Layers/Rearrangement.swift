internal import CKernels

/// The same values in another arrangement: what stands at the edges of a run of blocked layers.
final class Rearrangement: PlannedLayer {
    let name = ""
    let kind: String
    let output: Value
    private let input: Value
    private let context: PlanContext
    private var inputGradient: GradientPart?

    init(_ input: Value, to arrangement: Arrangement, context: PlanContext) {
        self.input = input
        self.context = context
        kind = arrangement == .blocked ? "block channels" : "unblock channels"
        let floats = arrangement.floats(batch: input.batch, of: input.shape)
        // One pixel of whole blocks lies alike both ways.
        let isSame = input.shape.pixels == 1 && input.shape.channels % Arrangement.channelBlock == 0
        output = Value(
            shape: input.shape, batch: input.batch, arrangement: arrangement,
            buffer: isSame ? input.buffer : context.arena.reserve(floats: floats),
            isDifferentiable: input.isDifferentiable, isOverwritable: isSame ? input.isOverwritable : true)
    }

    private var movesNothing: Bool { output.buffer === input.buffer }

    func planBackward() {
        if movesNothing, input.gradient == nil, input.isDifferentiable, let gradient = output.gradient {
            input.adopt(gradient.buffer, isShared: gradient.isShared)
        } else {
            inputGradient = GradientPart(to: input, context.arena)
        }
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer],
            backward: [output.gradient?.buffer] + (inputGradient?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) {
        guard !movesNothing else { return }
        move(input.base, to: output.base, output.arrangement)
    }

    func backward() {
        guard let inputGradient, let gradient = output.gradient?.buffer.base else { return }
        move(gradient, to: inputGradient.target.base, input.arrangement)
        inputGradient.finish()
    }

    private func move(
        _ from: UnsafeMutablePointer<Float>, to destination: UnsafeMutablePointer<Float>, _ arrangement: Arrangement
    ) {
        let (batch, channels, pixels) = (input.batch, input.shape.channels, input.shape.pixels)
        switch arrangement {
        case .blocked: winnow_block_channels(from, destination, batch, channels, pixels)
        case .rowMajor: winnow_unblock_channels(from, destination, batch, channels, pixels)
        }
    }
}
