import Architecture

/// A layer; the kind says which settings it has.
struct LayerSettings: Decodable {
    let kind: String
    let outputs: Int?
    let channels: Int?
    let kernel: Int?
    let stride: Int?
    let padding: Int?
    let bias: Bool?
    let momentum: Double?
    let epsilon: Double?
    let slope: Double?
    let probability: Double?
    let body: [LayerSettings]?
    let shortcut: [LayerSettings]?

    func layer() throws -> Layer {
        switch kind {
        case "linear":
            .linear(.init(outputs: try required(outputs), bias: bias ?? true))
        case "conv2d":
            .conv2d(
                .init(
                    channels: try required(channels), kernel: try required(kernel), stride: stride ?? 1,
                    padding: padding ?? 0, bias: bias ?? true))
        case "batch_norm": .batchNorm(.init(momentum: momentum ?? 0.1, epsilon: epsilon ?? 1e-5))
        case "relu": .relu
        case "leaky_relu": .leakyReLU(.init(slope: slope ?? 0.01))
        case "gelu": .gelu
        case "sigmoid": .sigmoid
        case "tanh": .tanh
        case "max_pool2d": .maxPool2d(try pool())
        case "avg_pool2d": .avgPool2d(try pool())
        case "global_avg_pool": .globalAvgPool
        case "flatten": .flatten
        case "dropout": .dropout(.init(probability: try required(probability)))
        case "dropout2d": .dropout2d(.init(probability: try required(probability)))
        case "residual":
            .residual(
                .init(
                    body: try required(body).map { try $0.layer() },
                    shortcut: try shortcut?.map { try $0.layer() } ?? []))
        default: throw GoldenSettingsError(unknownKind: kind)
        }
    }

    private func pool() throws -> Layer.Pool2d {
        .init(kernel: try required(kernel), stride: stride, padding: padding ?? 0)
    }

    private func required<Setting>(_ setting: Setting?) throws -> Setting {
        guard let setting else { throw GoldenSettingsError(unknownKind: kind) }
        return setting
    }
}
