internal import CKernels

/// The sum of two values of one shape, and a ReLU where one is fused; in the first one's memory where that is possible.
final class Addition: PlannedLayer {
    let name: String
    let kind: String
    let output: Value
    private let input: Value
    private let other: Value
    private let relu: Bool
    private let context: PlanContext
    private var outputGradient: MaskedGradient?
    private var parts: [(destination: Arena.Buffer, addend: Arena.Buffer)] = []

    init(_ place: LayerPlace, input: Value, other: Value) {
        name = place.name
        kind = place.relu ? "add, relu" : "add"
        context = place.context
        relu = place.relu
        self.input = input
        self.other = other
        let isDifferentiable = input.isDifferentiable || other.isDifferentiable
        let isInPlace = input.isOverwritable && input !== other
        let buffer = isInPlace ? input.buffer : context.arena.reserve(floats: input.buffer.count)
        output = Value(
            shape: place.shape, batch: input.batch, arrangement: input.arrangement, buffer: buffer,
            isDifferentiable: isDifferentiable, isOverwritable: place.isOnlyUse && !(place.relu && context.isTraining))
    }

    /// Both get the output's gradient; where a part is there already, it is added to it.
    func planBackward() {
        outputGradient = MaskedGradient(of: output, relu: relu, context.arena)
        guard let gradient = outputGradient?.buffer else { return }
        for value in [input, other] where value.isDifferentiable {
            if value.gradient == nil {
                value.adopt(gradient, isShared: true)
            } else {
                let (destination, addend) = value.contribute(context.arena)
                parts.append((destination, addend!))
            }
        }
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, other.buffer, output.buffer],
            backward: (outputGradient?.buffers ?? []) + parts.flatMap { [$0.destination, $0.addend] })
    }

    func forward(_ step: StepIdentity) {
        winnow_add_relu(output.base, input.base, other.base, relu ? 1 : 0, output.buffer.count)
    }

    func backward() {
        guard let outputGradient else { return }
        outputGradient.compute()
        let gradient = outputGradient.buffer
        for part in parts {
            winnow_add_relu(part.destination.base, part.addend.base, gradient.base, 0, gradient.count)
        }
    }
}
