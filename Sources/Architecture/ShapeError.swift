/// A layer that does not fit: the shape that reaches it, or one of its own settings.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What does not fit.
    public enum Reason: Hashable, Sendable {
        /// The layer takes `expected`, but `found` reaches it.
        case shape(expected: String, found: Shape)
        /// A setting lies outside its range.
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
            "layer \(layer) (\(kind)) needs \(name) from \(range), but has \(value)"
        }
    }
}
