internal import Architecture
internal import CKernels

/// A function of each value by itself, in place where that is possible.
///
/// The backward pass needs the output alone, but for GELU, whose input is kept.
final class ActivationLayer: PlannedLayer {
    let name: String
    let output: Value
    private let function: ActivationFunction
    private let input: Value

    init(_ function: ActivationFunction, _ site: LayerSite, input: Value) {
        name = site.name
        self.function = function
        self.input = input
        output =
            function == .gelu
            ? site.output(input.arrangement, from: input, isKept: false)
            : site.outputInPlace(of: input, isKept: true)
    }

    var kind: String { Operation.activation(function).kind.rawValue }

    var outputGradient: OutputGradientUse { .overwritten }
    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .passed)] }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer],
            backward: [function == .gelu ? input.buffer : output.buffer])
    }

    func forward(_ step: StepIdentity) {
        let (y, count) = (output.base, output.buffer.count)
        if case .gelu = function {
            winnow_gelu_forward(input.base, y, count)
            return
        }
        output.copyUnlessInPlace(input)
        switch function {
        case .relu: winnow_relu_forward(y, count)
        case .leakyReLU(let slope): winnow_leaky_relu_forward(y, Float(slope), count)
        case .sigmoid:
            winnow_sigmoid_forward(y, count)
            // The lanes beyond the last channel must stay zero, and a sigmoid makes them a half.
            if output.arrangement == .blocked, output.shape.channels % Arrangement.channelBlock != 0 {
                winnow_clear_padding(y, output.batch, output.shape.channels, output.shape.pixels)
            }
        case .tanh: winnow_tanh_forward(y, count)
        case .gelu: break
        }
    }

    func backward(_ gradients: LayerGradients) {
        let (gradient, count) = (gradients.output.base!, output.buffer.count)
        switch function {
        case .relu: winnow_relu_backward(output.base, gradient, count)
        case .leakyReLU(let slope): winnow_leaky_relu_backward(output.base, Float(slope), gradient, count)
        case .gelu: winnow_gelu_backward(input.base, gradient, count)
        case .sigmoid: winnow_sigmoid_backward(output.base, gradient, count)
        case .tanh: winnow_tanh_backward(output.base, gradient, count)
        }
    }
}

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
