/// One layer of a model, as a description: what it computes and with which sizes, without weights.
public indirect enum Layer: Hashable, Sendable {
    case linear(Linear)
    case conv2d(Conv2d)
    case batchNorm(BatchNorm)
    case relu
    case leakyReLU(LeakyReLU)
    case gelu
    case sigmoid
    case tanh
    case maxPool2d(Pool2d)
    case avgPool2d(Pool2d)
    case globalAvgPool
    case flatten
    case dropout(Dropout)
    case dropout2d(Dropout)
    case residual(Residual)
    case sequential(ModelDescription)

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

    /// y = x where x is positive, `slope` x elsewhere.
    public struct LeakyReLU: Hashable, Sendable {
        public var slope: Double

        public init(slope: Double = 0.01) {
            self.slope = slope
        }
    }

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

    /// Zeroes each value (`dropout2d`: each whole channel) with `probability` in training and scales the rest by
    /// 1 / (1 - probability).
    public struct Dropout: Hashable, Sendable {
        public var probability: Double

        public init(probability: Double) {
            self.probability = probability
        }
    }

    /// y = body(x) + shortcut(x); an empty shortcut is the identity.
    ///
    /// The names of the elements are theirs within the residual layer, both parts side by side.
    ///
    /// Source: He et al., "Deep residual learning for image recognition", CVPR 2016.
    public struct Residual: Hashable, Sendable {
        public var body: ModelDescription
        public var shortcut: ModelDescription

        public init(body: ModelDescription, shortcut: ModelDescription = ModelDescription(elements: [])) {
            self.body = body
            self.shortcut = shortcut
        }

        /// Names the layers "body.0", "body.1", ... and "shortcut.0", ...
        public init(body: [Layer], shortcut: [Layer] = []) {
            self.init(
                body: ModelDescription(body, prefix: "body."), shortcut: ModelDescription(shortcut, prefix: "shortcut.")
            )
        }
    }

    /// The name that an experiment file uses.
    public var kind: String {
        switch self {
        case .linear: "linear"
        case .conv2d: "conv2d"
        case .batchNorm: "batch_norm"
        case .relu: "relu"
        case .leakyReLU: "leaky_relu"
        case .gelu: "gelu"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .maxPool2d: "max_pool2d"
        case .avgPool2d: "avg_pool2d"
        case .globalAvgPool: "global_avg_pool"
        case .flatten: "flatten"
        case .dropout: "dropout"
        case .dropout2d: "dropout2d"
        case .residual: "residual"
        case .sequential: "sequential"
        }
    }
}
