extension Layer {
    /// A two-dimensional cross-correlation with a square kernel, weights [channels, inputs, kernel, kernel];
    /// `torch.nn.Conv2d`.
    public struct Conv2d: Hashable, Sendable {
        /// Input channels: checked against the incoming shape where given, else inferred.
        public var inputs: Int?
        public var channels: Int
        public var kernel: Int
        public var stride: Int
        public var padding: Int
        public var bias: Bool

        public init(
            inputs: Int? = nil, channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true
        ) {
            self.inputs = inputs
            self.channels = channels
            self.kernel = kernel
            self.stride = stride
            self.padding = padding
            self.bias = bias
        }
    }

    public static func conv2d(_ conv: Conv2d) -> Layer { Layer(conv) }
}

extension Layer.Conv2d: LayerKind {
    package var name: String { "conv2d" }
    package var otherNames: String { "conv convolution convolution2d" }
    package var shortKey: String? { "channels" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try visitor.required("channels", &channels, in: 1...65_536)
        try visitor.required("kernel", &kernel, in: 1...1024)
        try visitor.optional("stride", &stride, in: 1...1024)
        try visitor.optional("padding", &padding, in: 0...1024)
        try visitor.optional("bias", &bias)
    }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        let depth = try input.image().channels
        if let inputs, inputs != depth { throw input.misfit("\(inputs) channels") }
        let size = try input.windows(kernel: kernel, stride: stride, padding: padding, noun: "kernel")
        return SizedLayer(
            .convolution(
                .init(
                    inputs: depth, channels: channels, kernel: kernel, stride: stride, padding: padding, bias: bias)),
            output: Shape([channels] + size),
            tensors: LayerTensor.affine([channels, depth, kernel, kernel], bias: bias))
    }
}
