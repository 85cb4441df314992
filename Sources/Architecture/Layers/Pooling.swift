extension Layer {
    /// The maximum or the mean over square windows; a partial window at the edge is left out, as in PyTorch. What
    /// padding adds never is a maximum, and counts as zeros in a mean.
    public struct Pool2d: Hashable, Sendable {
        public var kernel: Int
        public var stride: Int
        public var padding: Int

        /// - Parameters:
        ///   - stride: the kernel where it is nil.
        ///   - padding: at most half the kernel.
        public init(kernel: Int, stride: Int? = nil, padding: Int = 0) {
            self.kernel = kernel
            self.stride = stride ?? kernel
            self.padding = padding
        }
    }

    /// `torch.nn.MaxPool2d`.
    public static func maxPool2d(_ pool: Pool2d) -> Layer { Layer(MaxPool2d(pool: pool)) }
    /// `torch.nn.AvgPool2d`.
    public static func avgPool2d(_ pool: Pool2d) -> Layer { Layer(AvgPool2d(pool: pool)) }
    /// The mean of each channel; `torch.nn.AdaptiveAvgPool2d(1)`.
    public static let globalAvgPool = Layer(GlobalAvgPool())

    struct MaxPool2d {
        var pool: Pool2d
    }

    struct AvgPool2d {
        var pool: Pool2d
    }

    struct GlobalAvgPool {}
}

extension Layer.Pool2d {
    fileprivate mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        // The position of a maximum within its window is kept in one byte.
        try visitor.required("kernel", &kernel, in: 1...15)
        try visitor.visit("stride", &stride, in: 1...1024, default: kernel)
        try visitor.optional("padding", &padding, in: 0...kernel / 2)
    }

    fileprivate func output(for input: LayerInput) throws(ShapeError) -> Shape {
        let size = try input.windows(kernel: kernel, stride: stride, padding: padding, noun: "window")
        return Shape([try input.image().channels] + size)
    }
}

extension Layer.MaxPool2d: LayerKind {
    package var name: String { "max_pool2d" }
    package var otherNames: String { "max_pool max_pooling max_pooling2d" }
    package var shortKey: String? { "kernel" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try pool.visitSettings(visitor)
    }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        SizedLayer(.maxPooling(pool), output: try pool.output(for: input))
    }
}

extension Layer.AvgPool2d: LayerKind {
    package var name: String { "avg_pool2d" }
    package var otherNames: String { "avg_pool average_pool average_pooling average_pooling2d average_pool2d" }
    package var shortKey: String? { "kernel" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try pool.visitSettings(visitor)
    }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        SizedLayer(.averagePooling(pool), output: try pool.output(for: input))
    }
}

extension Layer.GlobalAvgPool: LayerKind {
    package var name: String { "global_avg_pool" }
    package var otherNames: String {
        "adaptive_avg_pool2d global_average_pooling2d global_avg_pool2d global_average_pooling"
    }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        SizedLayer(.globalAveragePooling, output: [try input.image().channels, 1, 1])
    }
}
