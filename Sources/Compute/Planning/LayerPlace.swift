internal import Architecture

/// Where a layer stands in a plan, and what it is to leave.
struct LayerPlace {
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
