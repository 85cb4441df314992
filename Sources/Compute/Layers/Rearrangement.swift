internal import CKernels

/// The same values in another arrangement: what stands at the edges of a run of blocked layers.
final class Rearrangement: PlannedLayer {
    let name = ""
    let kind: String
    let output: Value
    private let input: Value

    init(_ input: Value, to arrangement: Arrangement, context: PlanContext) {
        self.input = input
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

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, movesNothing ? .passed : .written)] }

    var footprint: Footprint { Footprint(forward: [input.buffer, output.buffer]) }

    func forward(_ step: StepIdentity) {
        guard !movesNothing else { return }
        move(input.base, to: output.base, output.arrangement)
    }

    func backward(_ gradients: LayerGradients) {
        guard let inputGradient = gradients.input else { return }
        move(gradients.output.base, to: inputGradient.base, input.arrangement)
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

/// The same memory seen as [batch, features]: flattening row-major values moves nothing.
final class Flatten: PlannedLayer {
    let name: String
    let kind = "flatten"
    let output: Value
    private let input: Value

    init(_ site: LayerSite, input: Value) {
        name = site.name
        self.input = input
        output = Value(
            shape: site.shape, batch: input.batch, arrangement: .rowMajor, buffer: input.buffer,
            isDifferentiable: input.isDifferentiable, isOverwritable: input.isOverwritable && site.isOnlyUse)
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .passed)] }
    var footprint: Footprint { Footprint(forward: [input.buffer]) }

    func forward(_ step: StepIdentity) {}
    func backward(_ gradients: LayerGradients) {}
}
