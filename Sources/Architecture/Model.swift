/// A model as a description: layers in order, each with the name that PyTorch's `nn.Sequential` gives it.
public struct ModelDescription: Hashable, Sendable {
    public struct Element: Hashable, Sendable {
        public var name: String
        public var layer: Layer

        public init(name: String, layer: Layer) {
            self.name = name
            self.layer = layer
        }
    }

    public var elements: [Element]

    /// Names the layers "0", "1", ... as `nn.Sequential` does.
    public init(_ layers: [Layer]) {
        elements = layers.enumerated().map { Element(name: String($0), layer: $1) }
    }
}
