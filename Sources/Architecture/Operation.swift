extension Layer {
    /// Every kind of layer, with its settings at their defaults; 0 stands for a setting that must be given.
    package static let kinds: [any LayerKind] = [
        Linear(outputs: 0), Conv2d(channels: 0, kernel: 0), BatchNorm(), LayerNorm(),
        Activation(name: "relu", function: .relu), LeakyReLU(), Activation(name: "gelu", function: .gelu),
        Activation(name: "sigmoid", function: .sigmoid), Activation(name: "tanh", function: .tanh),
        MaxPool2d(pool: .init(kernel: 0)), AvgPool2d(pool: .init(kernel: 0)), GlobalAvgPool(), Flatten(),
        Dropout(probability: 0), Dropout2d(dropout: .init(probability: 0)),
    ]
}

/// What one node of a graph computes: a layer whose sizes are all known, or the sum at a residual's end.
public enum Operation: Hashable, Sendable {
    case linear(Linear)
    case embedding(Layer.Embedding)
    case convolution(Convolution)
    case batchNorm(Layer.BatchNorm)
    case layerNorm(Layer.LayerNorm)
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

extension Operation {
    /// The operation without its sizes.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case linear, embedding, convolution, flatten, dropout, add, relu, gelu, sigmoid, tanh
        case batchNorm = "batch_norm"
        case layerNorm = "layer_norm"
        case leakyReLU = "leaky_relu"
        case maxPooling = "max_pooling"
        case averagePooling = "average_pooling"
        case globalAveragePooling = "global_average_pooling"
        case channelDropout = "channel_dropout"
    }

    public var kind: Kind {
        switch self {
        case .linear: .linear
        case .embedding: .embedding
        case .convolution: .convolution
        case .batchNorm: .batchNorm
        case .layerNorm: .layerNorm
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
