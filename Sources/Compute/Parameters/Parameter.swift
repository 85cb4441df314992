internal import Architecture

/// One trainable tensor of a model: its name and shape as PyTorch has them, and its place in the store.
struct Parameter: Sendable, Hashable {
    let name: String
    let shape: [Int]
    /// Inputs that reach one output: the initialisation's scale follows from it.
    let fanIn: Int
    /// Where its values begin in the store, in floats.
    let offset: Int

    var count: Int { shape.reduce(1, *) }
}

/// A layer's parameters within the store.
struct LayerParameters: Sendable, Hashable {
    let weight: Parameter
    let bias: Parameter?

    var all: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }

    /// The parameters of `element` laid out from `offset` on, or nil for a layer without any.
    init?(of element: PlacedModel.Element, from offset: Int) {
        let shape: [Int]
        let hasBias: Bool
        switch element.layer {
        case .linear(let linear):
            shape = [linear.outputs, element.input.count]
            hasBias = linear.bias
        case .conv2d(let conv):
            shape = [conv.channels, element.input.dimensions[0], conv.kernel, conv.kernel]
            hasBias = conv.bias
        case .relu, .maxPool2d, .flatten, .dropout:
            return nil
        }
        let fanIn = shape.dropFirst().reduce(1, *)
        let weight = Parameter(name: "\(element.name).weight", shape: shape, fanIn: fanIn, offset: offset)
        self.weight = weight
        bias =
            hasBias
            ? Parameter(
                name: "\(element.name).bias", shape: [shape[0]], fanIn: fanIn,
                offset: offset + AlignedFloats.padded(weight.count))
            : nil
    }
}
