/// A model whose shapes have been inferred and found to fit: what a training plan is made from.
///
/// Value 0 is the input, and node i computes value i + 1 from values before it.
public struct ModelGraph: Hashable, Sendable {
    public struct Node: Hashable, Sendable {
        /// The layer's name, those of the layers around it before it: "layer1.0.conv1".
        public let name: String
        public let operation: Operation
        /// The values that it takes: two for a sum, otherwise one.
        public let inputs: [Int]
        /// The shape of one sample of its value.
        public let output: Shape
        /// The layer's state, in PyTorch's order.
        package let tensors: [LayerTensor]
    }

    public let input: Shape
    public let nodes: [Node]
    public let initialization: Initialization

    public var output: Shape { shape(ofValue: nodes.count) }

    /// The shape of one sample of a value.
    public func shape(ofValue value: Int) -> Shape {
        value == 0 ? input : nodes[value - 1].output
    }

    /// Whether a batch normalisation gets one value of each feature from each sample: from a batch of one sample it then
    /// learns nothing, as each feature is its own mean.
    public var normalizesSingleValues: Bool {
        nodes.contains { node in
            guard case .batchNorm = node.operation else { return false }
            return node.output.dimensions.dropFirst().allSatisfy { $0 == 1 }
        }
    }

    /// How many numbers training adjusts.
    public var parameterCount: Int {
        nodes.flatMap(\.tensors).filter(\.isTrained).reduce(0) { $0 + $1.count }
    }
}

extension ModelDescription {
    /// Infers every layer's shapes for samples of shape `input`.
    ///
    /// - Throws: ``ShapeError`` naming the first layer that does not fit, and both shapes.
    public func graph(on input: Shape) throws(ShapeError) -> ModelGraph {
        var builder = GraphBuilder(input: input)
        try builder.append(self, prefix: "")
        return ModelGraph(input: input, nodes: builder.nodes, initialization: initialization)
    }
}

/// Appends a model's layers as nodes, one after the other, and follows the value that the last one left.
private struct GraphBuilder {
    private(set) var nodes: [ModelGraph.Node] = []
    private var current = 0
    private var shape: Shape

    init(input: Shape) {
        shape = input
    }

    mutating func append(_ model: ModelDescription, prefix: String) throws(ShapeError) {
        for element in model.elements {
            try append(element.layer, name: prefix + element.name)
        }
    }

    private mutating func append(_ layer: Layer, name: String) throws(ShapeError) {
        switch layer.content {
        case .single(var kind):
            try kind.visitSettings(RangeCheck(layer: name, kind: kind.name))
            let sized = try kind.sized(for: LayerInput(layer: name, kind: kind.name, shape: shape))
            append(name, sized, of: [current])
        case .residual(let residual):
            try append(residual, name: name)
        case .sequential(let model):
            try append(model, prefix: name + ".")
        }
    }

    private mutating func append(_ residual: Layer.Residual, name: String) throws(ShapeError) {
        let start = (current, shape)
        try append(residual.body, prefix: name + ".")
        let (body, bodyShape) = (current, shape)
        (current, shape) = start
        try append(residual.shortcut, prefix: name + ".")
        guard shape == bodyShape else {
            throw ShapeError(
                layer: name, kind: Layer.Composite.residual.rawValue, expected: "a shortcut to \(bodyShape)",
                found: shape)
        }
        append(name, SizedLayer(.add, output: bodyShape), of: [body, current])
    }

    private mutating func append(_ name: String, _ layer: SizedLayer, of inputs: [Int]) {
        nodes.append(
            .init(
                name: name, operation: layer.operation, inputs: inputs, output: layer.output, tensors: layer.tensors))
        (current, shape) = (nodes.count, layer.output)
    }
}
