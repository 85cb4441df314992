internal import CKernels

/// The sum of two values of one shape, and a ReLU where one is fused; in the first one's memory where that is possible.
final class Addition: PlannedLayer {
    let name: String
    let kind: String
    let output: Value
    private let input: Value
    private let other: Value
    private let relu: Bool

    init(_ site: LayerSite, input: Value, other: Value) {
        let context = site.context
        name = site.name
        kind = site.relu ? "add, relu" : "add"
        relu = site.relu
        self.input = input
        self.other = other
        let isDifferentiable = input.isDifferentiable || other.isDifferentiable
        let isInPlace = input.isOverwritable && input !== other
        let buffer = isInPlace ? input.buffer : context.arena.reserve(floats: input.buffer.count)
        output = Value(
            shape: site.shape, batch: input.batch, arrangement: input.arrangement, buffer: buffer,
            isDifferentiable: isDifferentiable, isOverwritable: site.isOnlyUse && !(site.relu && context.isTraining))
    }

    var outputGradient: OutputGradientUse { relu ? .overwritten : .read }
    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .passed), (other, .passed)] }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, other.buffer, output.buffer], backward: [relu ? output.buffer : nil])
    }

    func forward(_ step: StepIdentity) {
        winnow_add_relu(output.base, input.base, other.base, relu ? 1 : 0, output.buffer.count)
    }

    func backward(_ gradients: LayerGradients) {
        if relu { winnow_relu_backward(output.base, gradients.output.base, output.buffer.count) }
    }
}
