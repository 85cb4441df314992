/// A layer that does not fit the shape that reaches it.
public struct ShapeError: Error, Hashable, CustomStringConvertible {
    /// The layer's name in the model.
    public let layer: String
    public let kind: String
    public let expected: String
    public let found: Shape

    public var description: String {
        "layer \(layer) (\(kind)) takes \(expected), but gets \(found)"
    }
}
