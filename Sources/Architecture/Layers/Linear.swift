extension Layer {
    /// y = x W^T + b, with W of shape [outputs, inputs]; `torch.nn.Linear`.
    public struct Linear: Hashable, Sendable {
        /// Checked against the incoming shape where given, else inferred.
        public var inputs: Int?
        public var outputs: Int
        public var bias: Bool

        public init(inputs: Int? = nil, outputs: Int, bias: Bool = true) {
            self.inputs = inputs
            self.outputs = outputs
            self.bias = bias
        }
    }

    public static func linear(_ linear: Linear) -> Layer { Layer(linear) }

    /// The sample as one row of features; `torch.nn.Flatten`.
    public static let flatten = Layer(Flatten())

    struct Flatten {}
}

extension Layer.Linear: LayerKind {
    package var name: String { "linear" }
    package var otherNames: String { "dense fc fully_connected" }
    package var shortKey: String? { "features" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try visitor.required("features", &outputs, in: 1...1_000_000)
        try visitor.optional("bias", &bias)
    }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        let features = input.shape.count
        guard input.shape.dimensions.count == 1 else { throw input.misfit("a flat sample (put flatten before it)") }
        if let inputs, inputs != features { throw input.misfit("\(inputs) features") }
        return SizedLayer(
            .linear(.init(inputs: features, outputs: outputs, bias: bias)), output: [outputs],
            tensors: LayerTensor.affine([outputs, features], bias: bias))
    }
}

extension Layer.Flatten: LayerKind {
    package var name: String { "flatten" }

    package func sized(for input: LayerInput) -> SizedLayer {
        SizedLayer(.flatten, output: [input.shape.count])
    }
}
