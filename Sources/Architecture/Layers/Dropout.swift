extension Layer {
    /// Zeroes each value (`dropout2d`: each whole channel) with `probability` in training and scales the rest by
    /// 1 / (1 - probability).
    public struct Dropout: Hashable, Sendable {
        public var probability: Double

        public init(probability: Double) {
            self.probability = probability
        }
    }

    /// `torch.nn.Dropout`.
    public static func dropout(_ dropout: Dropout) -> Layer { Layer(dropout) }
    /// `torch.nn.Dropout2d`.
    public static func dropout2d(_ dropout: Dropout) -> Layer { Layer(Dropout2d(dropout: dropout)) }

    struct Dropout2d {
        var dropout: Dropout
    }
}

extension Layer.Dropout: LayerKind {
    package var name: String { "dropout" }
    package var shortKey: String? { "probability" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        // At 1 nothing would be left to scale up.
        try visitor.required("probability", &probability, in: .fraction)
    }

    package func sized(for input: LayerInput) -> SizedLayer {
        SizedLayer(.dropout(probability: probability), output: input.shape)
    }
}

extension Layer.Dropout2d: LayerKind {
    package var name: String { "dropout2d" }
    package var otherNames: String { "spatial_dropout spatial_dropout2d" }
    package var shortKey: String? { "probability" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try dropout.visitSettings(visitor)
    }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        _ = try input.image()
        return SizedLayer(.channelDropout(probability: dropout.probability), output: input.shape)
    }
}
