/// A model as a description: layers in order, each with the name that PyTorch's modules give it.
public struct ModelDescription: Hashable, Sendable {
    public struct Element: Hashable, Sendable {
        public var name: String
        public var layer: Layer

        public init(_ name: String, _ layer: Layer) {
            self.name = name
            self.layer = layer
        }
    }

    public var elements: [Element]
    /// How the weights are drawn; that of the outermost model counts.
    public var initialization: Initialization

    public init(elements: [Element], initialization: Initialization = .pytorch) {
        self.elements = elements
        self.initialization = initialization
    }

    /// Names the layers "0", "1", ... as `nn.Sequential` does.
    public init(_ layers: [Layer]) {
        self.init(layers, prefix: "")
    }

    init(_ layers: [Layer], prefix: String) {
        self.init(elements: layers.enumerated().map { Element(prefix + String($0), $1) })
    }
}
