/// One layer of a model, as a description: what it computes and with which sizes, without weights.
public enum Layer: Hashable, Sendable {
    case linear(Linear)
    case conv2d(Conv2d)
    case relu
    case maxPool2d(MaxPool2d)
    case flatten
    case dropout(Dropout)

    /// y = x W^T + b, with W of shape [outputs, inputs].
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

    /// A two-dimensional cross-correlation with a square kernel, weights [channels, inputs, kernel, kernel].
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

    /// The maximum over square windows; a partial window at the edge is left out, as in PyTorch.
    public struct MaxPool2d: Hashable, Sendable {
        public var kernel: Int
        public var stride: Int

        public init(kernel: Int, stride: Int? = nil) {
            self.kernel = kernel
            self.stride = stride ?? kernel
        }
    }

    /// Zeroes each value with `probability` in training and scales the rest by 1 / (1 - probability).
    public struct Dropout: Hashable, Sendable {
        public var probability: Double

        public init(probability: Double) {
            self.probability = probability
        }
    }

    /// The name that an experiment file uses.
    public var kind: String {
        switch self {
        case .linear: "linear"
        case .conv2d: "conv2d"
        case .relu: "relu"
        case .maxPool2d: "max_pool2d"
        case .flatten: "flatten"
        case .dropout: "dropout"
        }
    }
}
