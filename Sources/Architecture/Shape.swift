/// The shape of one sample, without the batch: `1x28x28` (channels, height, width) or `13` (features).
public struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    public var dimensions: [Int]

    public init(_ dimensions: [Int]) {
        self.dimensions = dimensions
    }

    public init(arrayLiteral elements: Int...) {
        dimensions = elements
    }

    /// How many numbers one sample has.
    public var count: Int { dimensions.reduce(1, *) }

    public var description: String { dimensions.map(String.init).joined(separator: "x") }
}

/// A layer that does not fit: the shape that reaches it, or one of its own settings.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What does not fit.
    public enum Reason: Hashable, Sendable {
        /// The layer takes `expected`, but `found` reaches it.
        case shape(expected: String, found: Shape)
        /// A setting lies outside its range, such as "from 1 to 15".
        case setting(name: String, range: String, value: String)
    }

    /// The layer's name in the model.
    public let layer: String
    public let kind: String
    public let reason: Reason

    init(layer: String, kind: String, expected: String, found: Shape) {
        self.layer = layer
        self.kind = kind
        reason = .shape(expected: expected, found: found)
    }

    init(layer: String, kind: String, setting: String, range: String, value: String) {
        self.layer = layer
        self.kind = kind
        reason = .setting(name: setting, range: range, value: value)
    }

    public var description: String {
        switch reason {
        case .shape(let expected, let found):
            "layer \(layer) (\(kind)) takes \(expected), but gets \(found)"
        case .setting(let name, let range, let value):
            "layer \(layer) (\(kind)) needs \(name) \(range), but has \(value)"
        }
    }
}
