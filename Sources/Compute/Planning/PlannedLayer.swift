internal import Architecture
internal import Random

/// One operation of a plan: made from shapes, bound to memory once, then run step after step.
protocol PlannedLayer: AnyObject {
    /// The layer's name in the model.
    var name: String { get }
    /// What it computes, for a reader: "convolution (winograd)".
    var kind: String { get }
    var output: Value { get }

    /// How the backward pass treats the gradient by the output.
    var outputGradient: OutputGradientUse { get }

    /// The values that the layer takes, each with how the gradient by it comes about.
    var inputGradients: [(value: Value, route: GradientRoute)] { get }

    /// Reserves what else the backward pass needs; called where there is one, from the last layer to the first.
    func planBackward(_ gradients: LayerGradients) throws(ComputeError)

    /// The buffers that each direction reads or writes, gradients aside; asked after ``planBackward(_:)``.
    var footprint: Footprint { get }

    /// Makes what needs addresses; called once, after the arena has been allocated.
    func bind() throws(ComputeError)

    /// Computes the output's values from the input's.
    func forward(_ step: StepIdentity) throws(ComputeError)

    /// Computes the parameters' gradients, and the input's where it is wanted, from the output's.
    func backward(_ gradients: LayerGradients) throws(ComputeError)
}

extension PlannedLayer {
    var outputGradient: OutputGradientUse { .read }
    func planBackward(_ gradients: LayerGradients) throws(ComputeError) {}
    func bind() throws(ComputeError) {}
}

/// The memory that a layer touches.
struct Footprint {
    var forward: [Arena.Buffer]
    var backward: [Arena.Buffer] = []

    /// - Parameter backward: nil for what a layer turned out not to need.
    init(forward: [Arena.Buffer?], backward: [Arena.Buffer?] = []) {
        self.forward = forward.compactMap(\.self)
        self.backward = backward.compactMap(\.self)
    }
}

/// Where a layer stands in a plan, and what it is to leave.
struct LayerSite {
    /// The layer's name in the model.
    let name: String
    /// The node's index, which keys the layer's random draws.
    let index: Int
    /// Whether it ends with a ReLU.
    let relu: Bool
    /// The shape of one sample of its output.
    let shape: Shape
    /// Whether just one other takes its output.
    let isOnlyUse: Bool
    let context: PlanContext

    /// The layer's output in memory of its own.
    ///
    /// - Parameters:
    ///   - hasParameters: whether a gradient by the output is wanted even where none by the input is.
    ///   - isKept: whether the layer's backward pass looks at the output.
    func output(
        _ arrangement: Arrangement, from input: Value, hasParameters: Bool = false, isKept: Bool
    ) -> Value {
        let floats = arrangement.floats(batch: context.batch, of: shape)
        return output(
            arrangement, from: input, buffer: context.arena.reserve(floats: floats), hasParameters: hasParameters,
            isKept: isKept)
    }

    /// The layer's output in its input's memory where that may be overwritten, else in memory of its own.
    func outputInPlace(of input: Value, isKept: Bool) -> Value {
        guard input.isOverwritable else { return output(input.arrangement, from: input, isKept: isKept) }
        return output(input.arrangement, from: input, buffer: input.buffer, hasParameters: false, isKept: isKept)
    }

    private func output(
        _ arrangement: Arrangement, from input: Value, buffer: Arena.Buffer, hasParameters: Bool, isKept: Bool
    ) -> Value {
        Value(
            shape: shape, batch: context.batch, arrangement: arrangement, buffer: buffer,
            isDifferentiable: context.isTraining && (hasParameters || input.isDifferentiable),
            isOverwritable: isOnlyUse && !(isKept && context.isTraining))
    }
}

/// Which step of training is computed: with a layer's index it fixes every random draw of the step.
struct StepIdentity {
    /// A step goes over its labelled batch, then over the unlabelled one, where there is one.
    enum Pass {
        case labelled
        case unlabelled
    }

    let seed: UInt64
    let step: Int
    var pass = Pass.labelled

    /// What a dropout layer's mask is drawn from; the two batches' masks have nothing to do with each other.
    func dropoutStream(index: Int) -> RandomStream {
        RandomStream(
            seed: seed, stream: pass == .labelled ? .dropout : .unlabelledDropout, index: index, step: step)
    }
}
