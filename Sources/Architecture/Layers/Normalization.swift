extension Layer {
    /// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, for each channel of an image (BatchNorm2d) or each
    /// feature of a row (BatchNorm1d).
    ///
    /// Training takes mean and variance from the batch, and moves the running ones towards them:
    /// running = (1 - momentum) running + momentum batch. Evaluation takes the running ones.
    ///
    /// Source: Ioffe, Szegedy, "Batch normalization", ICML 2015.
    public struct BatchNorm: Hashable, Sendable {
        public var momentum: Double
        public var epsilon: Double

        public init(momentum: Double = 0.1, epsilon: Double = 1e-5) {
            self.momentum = momentum
            self.epsilon = epsilon
        }
    }

    /// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and biased variance of all values of a sample;
    /// gamma and beta have the sample's shape. `torch.nn.LayerNorm` with that shape.
    ///
    /// Source: Ba, Kiros, Hinton, "Layer normalization", arXiv:1607.06450.
    public struct LayerNorm: Hashable, Sendable {
        public var epsilon: Double

        public init(epsilon: Double = 1e-5) {
            self.epsilon = epsilon
        }
    }

    public static func batchNorm(_ norm: BatchNorm) -> Layer { Layer(norm) }
    public static func layerNorm(_ norm: LayerNorm) -> Layer { Layer(norm) }
}

extension Layer.BatchNorm: LayerKind {
    package var name: String { "batch_norm" }
    package var otherNames: String { "batch_norm1d batch_norm2d bn batch_normalization" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try visitor.optional("momentum", &momentum, in: .atLeast(0).atMost(1))
        try visitor.optional("epsilon", &epsilon, in: .above(0).atMost(1))
    }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        guard [1, 3].contains(input.shape.dimensions.count) else { throw input.misfit("features or an image") }
        let channels = [input.shape.dimensions[0]]
        return SizedLayer(
            .batchNorm(self), output: input.shape,
            tensors: LayerTensor.scaleAndShift(channels) + [
                LayerTensor("running_mean", channels, .constant(0), isTrained: false),
                LayerTensor("running_var", channels, .constant(1), isTrained: false),
            ])
    }
}

extension Layer.LayerNorm: LayerKind {
    package var name: String { "layer_norm" }
    package var otherNames: String { "layernorm ln layer_normalization" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try visitor.optional("epsilon", &epsilon, in: .above(0).atMost(1))
    }

    package func sized(for input: LayerInput) -> SizedLayer {
        SizedLayer(
            .layerNorm(self), output: input.shape, tensors: LayerTensor.scaleAndShift(input.shape.dimensions))
    }
}
