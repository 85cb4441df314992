/// The same memory seen as [batch, features]: flattening row-major values moves nothing.
final class Flatten: PlannedLayer {
    let name: String
    let kind = "flatten"
    let output: Value
    private let input: Value
    private let context: PlanContext
    private var passage: GradientPassage?

    init(_ place: LayerPlace, input: Value) {
        name = place.name
        context = place.context
        self.input = input
        output = Value(
            shape: place.shape, batch: input.batch, arrangement: .rowMajor, buffer: input.buffer,
            isDifferentiable: input.isDifferentiable, isOverwritable: input.isOverwritable && place.isOnlyUse)
    }

    func planBackward() {
        if input.gradient == nil, let gradient = output.gradient {
            input.adopt(gradient.buffer, isShared: gradient.isShared)
        } else {
            passage = GradientPassage(from: output, to: input, context.arena)
        }
    }

    var footprint: Footprint {
        Footprint(forward: [input.buffer], backward: [output.gradient?.buffer] + (passage?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) {}

    func backward() {
        passage?.run { _ in }
    }
}
