extension ModelDescription {
    /// Infers every layer's shapes for samples of shape `input`.
    ///
    /// - Throws: ``ShapeError`` naming the first layer that does not fit, and both shapes.
    public func placed(on input: Shape) throws(ShapeError) -> PlacedModel {
        var placement = Placement(input: input)
        try placement.append(self, prefix: "")
        return PlacedModel(input: input, nodes: placement.nodes, initialization: initialization)
    }
}

/// Lays a model's layers out as nodes, one after the other, and follows the value that the last one left.
private struct Placement {
    private(set) var nodes: [PlacedModel.Node] = []
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
        switch layer {
        case .sequential(let model):
            try append(model, prefix: name + ".")
        case .residual(let residual):
            try append(residual, name: name)
        default:
            let site = LayerSite(name: name, layer: layer, input: shape)
            try site.checkSettings()
            let (operation, output) = try site.place()
            append(name, operation, of: [current], output)
        }
    }

    private mutating func append(_ residual: Layer.Residual, name: String) throws(ShapeError) {
        let start = (current, shape)
        try append(residual.body, prefix: name + ".")
        let (body, bodyShape) = (current, shape)
        (current, shape) = start
        try append(residual.shortcut, prefix: name + ".")
        guard shape == bodyShape else {
            throw ShapeError(layer: name, kind: "residual", expected: "a shortcut to \(bodyShape)", found: shape)
        }
        append(name, .add, of: [body, current], bodyShape)
    }

    private mutating func append(_ name: String, _ operation: Operation, of inputs: [Int], _ output: Shape) {
        nodes.append(.init(name: name, operation: operation, inputs: inputs, output: output))
        (current, shape) = (nodes.count, output)
    }
}
