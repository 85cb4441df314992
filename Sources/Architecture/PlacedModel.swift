/// A model whose shapes have been inferred and found to fit: what a training plan is made from.
public struct PlacedModel: Hashable, Sendable {
    /// A layer with its place: the shapes of one sample going in and coming out.
    public struct Element: Hashable, Sendable {
        public let name: String
        public let layer: Layer
        public let input: Shape
        public let output: Shape
    }

    public let input: Shape
    public let elements: [Element]

    public var output: Shape { elements.last?.output ?? input }
}

extension ModelDescription {
    /// Infers every layer's shapes for samples of shape `input`.
    ///
    /// - Throws: ``ShapeError`` naming the first layer that does not fit, and both shapes.
    public func placed(on input: Shape) throws(ShapeError) -> PlacedModel {
        var shape = input
        var placed: [PlacedModel.Element] = []
        for element in elements {
            let output = try element.output(for: shape)
            placed.append(.init(name: element.name, layer: element.layer, input: shape, output: output))
            shape = output
        }
        return PlacedModel(input: input, elements: placed)
    }
}

extension ModelDescription.Element {
    func output(for input: Shape) throws(ShapeError) -> Shape {
        func misfit(_ expected: String) -> ShapeError {
            ShapeError(layer: name, kind: layer.kind, expected: expected, found: input)
        }
        try checkSettings()
        switch layer {
        case .linear(let linear):
            guard input.dimensions.count == 1 else { throw misfit("a flat sample (put flatten before it)") }
            guard linear.inputs == nil || linear.inputs == input.count else {
                throw misfit("\(linear.inputs!) features")
            }
            return [linear.outputs]
        case .conv2d(let conv):
            guard input.dimensions.count == 3 else { throw misfit("an image (channels x height x width)") }
            guard conv.inputs == nil || conv.inputs == input.dimensions[0] else {
                throw misfit("\(conv.inputs!) channels")
            }
            let size = input.dimensions[1...].map { ($0 + 2 * conv.padding - conv.kernel) / conv.stride + 1 }
            guard input.dimensions[1...].allSatisfy({ $0 + 2 * conv.padding >= conv.kernel }) else {
                throw misfit("at least \(conv.kernel - 2 * conv.padding) rows and columns for its kernel")
            }
            return Shape([conv.channels] + size)
        case .maxPool2d(let pool):
            guard input.dimensions.count == 3 else { throw misfit("an image (channels x height x width)") }
            guard input.dimensions[1...].allSatisfy({ $0 >= pool.kernel }) else {
                throw misfit("at least \(pool.kernel) rows and columns for its window")
            }
            return Shape([input.dimensions[0]] + input.dimensions[1...].map { ($0 - pool.kernel) / pool.stride + 1 })
        case .flatten:
            return [input.count]
        case .relu, .dropout:
            return input
        }
    }
}

extension PlacedModel {
    /// How many numbers training adjusts.
    public var parameterCount: Int {
        elements.reduce(0) { sum, element in
            switch element.layer {
            case .linear(let linear):
                sum + linear.outputs * (element.input.count + (linear.bias ? 1 : 0))
            case .conv2d(let conv):
                sum + conv.channels * (element.input.dimensions[0] * conv.kernel * conv.kernel + (conv.bias ? 1 : 0))
            case .relu, .maxPool2d, .flatten, .dropout:
                sum
            }
        }
    }
}
