/// A function of each value by itself.
public enum ActivationFunction: Hashable, Sendable {
    /// max(x, 0).
    case relu
    /// x where x is positive, slope x elsewhere.
    case leakyReLU(slope: Double)
    /// x Phi(x), with Phi the normal distribution's function, exactly.
    ///
    /// Source: Hendrycks, Gimpel, "Gaussian error linear units", arXiv:1606.08415.
    case gelu
    /// 1 / (1 + exp(-x)).
    case sigmoid
    case tanh
}

extension Layer {
    /// y = x where x is positive, `slope` x elsewhere; `torch.nn.LeakyReLU`.
    public struct LeakyReLU: Hashable, Sendable {
        public var slope: Double

        public init(slope: Double = 0.01) {
            self.slope = slope
        }
    }

    public static let relu = Layer(Activation(name: "relu", function: .relu))
    public static func leakyReLU(_ leaky: LeakyReLU) -> Layer { Layer(leaky) }
    public static let gelu = Layer(Activation(name: "gelu", function: .gelu))
    public static let sigmoid = Layer(Activation(name: "sigmoid", function: .sigmoid))
    public static let tanh = Layer(Activation(name: "tanh", function: .tanh))

    /// A function without settings.
    struct Activation {
        package let name: String
        let function: ActivationFunction
    }
}

extension Layer.Activation: LayerKind {
    package func sized(for input: LayerInput) -> SizedLayer {
        SizedLayer(.activation(function), output: input.shape)
    }
}

extension Layer.LeakyReLU: LayerKind {
    package var name: String { "leaky_relu" }
    package var otherNames: String { "lrelu" }
    package var shortKey: String? { "slope" }

    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {
        try visitor.optional("slope", &slope, in: .atLeast(0).atMost(1))
    }

    package func sized(for input: LayerInput) -> SizedLayer {
        SizedLayer(.activation(.leakyReLU(slope: slope)), output: input.shape)
    }
}
