import Architecture

/// The layers that an experiment file knows, by the word that it uses.
enum LayerKind: String, CaseIterable {
    case linear, conv2d
    case batchNorm = "batch_norm"
    case relu
    case leakyReLU = "leaky_relu"
    case gelu, sigmoid, tanh
    case maxPool2d = "max_pool2d"
    case avgPool2d = "avg_pool2d"
    case globalAvgPool = "global_avg_pool"
    case flatten, dropout, dropout2d, residual, sequential

    /// How a layer is written.
    enum Form {
        /// A bare word: there is nothing to set.
        case word(Layer)
        /// A mapping whose keys all have a default, so that a bare word will do.
        case options((Section) throws(ExperimentError) -> Layer)
        /// A mapping that must be there, or a single value that is short for its key ``LayerKind/short``.
        case sizes((Section) throws(ExperimentError) -> Layer)
        /// A list of layers.
        case layers
    }

    /// The key that a single value is short for: `linear: 64` is `linear: {features: 64}`.
    var short: String? {
        switch self {
        case .linear: "features"
        case .conv2d: "channels"
        case .maxPool2d, .avgPool2d: "kernel"
        case .dropout, .dropout2d: "probability"
        case .leakyReLU: "slope"
        case .batchNorm, .relu, .gelu, .sigmoid, .tanh, .globalAvgPool, .flatten, .residual, .sequential: nil
        }
    }

    var form: Form {
        switch self {
        case .relu: .word(.relu)
        case .gelu: .word(.gelu)
        case .sigmoid: .word(.sigmoid)
        case .tanh: .word(.tanh)
        case .globalAvgPool: .word(.globalAvgPool)
        case .flatten: .word(.flatten)
        case .batchNorm: .options { section throws(ExperimentError) in .batchNorm(try .init(reading: section)) }
        case .leakyReLU: .options { section throws(ExperimentError) in .leakyReLU(try .init(reading: section)) }
        case .linear: .sizes { section throws(ExperimentError) in .linear(try .init(reading: section)) }
        case .conv2d: .sizes { section throws(ExperimentError) in .conv2d(try .init(reading: section)) }
        case .maxPool2d: .sizes { section throws(ExperimentError) in .maxPool2d(try .init(reading: section)) }
        case .avgPool2d: .sizes { section throws(ExperimentError) in .avgPool2d(try .init(reading: section)) }
        case .dropout:
            .sizes { section throws(ExperimentError) in .dropout(try .init(reading: section)) }
        case .dropout2d:
            .sizes { section throws(ExperimentError) in .dropout2d(try .init(reading: section)) }
        case .residual: .sizes { section throws(ExperimentError) in .residual(try .init(reading: section)) }
        case .sequential: .layers
        }
    }
}
