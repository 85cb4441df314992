/// What one node of a placed model computes: a layer whose sizes are all known, or the sum at a residual's end.
public enum Operation: Hashable, Sendable {
    case linear(Linear)
    case convolution(Convolution)
    case batchNorm(Layer.BatchNorm)
    case activation(ActivationFunction)
    case maxPooling(Layer.Pool2d)
    case averagePooling(Layer.Pool2d)
    case globalAveragePooling
    case flatten
    case dropout(probability: Double)
    /// Dropout of whole channels.
    case channelDropout(probability: Double)
    /// The sum of two values of one shape.
    case add

    public struct Linear: Hashable, Sendable {
        public let inputs: Int
        public let outputs: Int
        public let bias: Bool
    }

    public struct Convolution: Hashable, Sendable {
        public let inputs: Int
        public let channels: Int
        public let kernel: Int
        public let stride: Int
        public let padding: Int
        public let bias: Bool
    }
}

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

extension Operation {
    /// The operation without its sizes: what a registry of operations lists.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case linear, convolution, flatten, dropout, add, relu, gelu, sigmoid, tanh
        case batchNorm = "batch_norm"
        case leakyReLU = "leaky_relu"
        case maxPooling = "max_pooling"
        case averagePooling = "average_pooling"
        case globalAveragePooling = "global_average_pooling"
        case channelDropout = "channel_dropout"
    }

    public var kind: Kind {
        switch self {
        case .linear: .linear
        case .convolution: .convolution
        case .batchNorm: .batchNorm
        case .activation(.relu): .relu
        case .activation(.leakyReLU): .leakyReLU
        case .activation(.gelu): .gelu
        case .activation(.sigmoid): .sigmoid
        case .activation(.tanh): .tanh
        case .maxPooling: .maxPooling
        case .averagePooling: .averagePooling
        case .globalAveragePooling: .globalAveragePooling
        case .flatten: .flatten
        case .dropout: .dropout
        case .channelDropout: .channelDropout
        case .add: .add
        }
    }
}
