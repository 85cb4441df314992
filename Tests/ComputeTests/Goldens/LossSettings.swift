import Architecture

/// A loss.
struct LossSettings: Decodable {
    let kind: LossDescription.Kind
    let labelSmoothing: Smoothing?
    let classWeights: Weights?
    let delta: Double?
    let gamma: Double?
    let level: Double?
    let logitAdjustment: Double?

    struct Smoothing: Decodable {
        let amount: Double
        let spread: LabelSmoothing.Spread
    }

    /// A list, or the name of a rule.
    enum Weights: Decodable {
        case list([Double])
        case rule(String)

        var kind: String {
            switch self {
            case .list: "list"
            case .rule(let name): name
            }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let list = try? container.decode([Double].self) {
                self = .list(list)
            } else {
                self = .rule(try container.decode(String.self))
            }
        }
    }

    func loss() throws -> LossDescription {
        switch kind {
        case .crossEntropy:
            .crossEntropy(
                .init(
                    labelSmoothing: labelSmoothing.map { .init(amount: $0.amount, spread: $0.spread) },
                    classWeights: try classWeights.map(weights),
                    logitAdjustment: logitAdjustment.map { .frequencies(strength: $0) }))
        case .focal: .focal(.init(gamma: gamma ?? 2, classWeights: try classWeights.map(weights)))
        case .quantile: .quantile(level: level ?? 0.5)
        case .binaryCrossEntropy: .binaryCrossEntropy
        case .meanSquaredError: .meanSquaredError
        case .meanAbsoluteError: .meanAbsoluteError
        case .huber: .huber(delta: delta ?? 1)
        }
    }

    private func weights(_ weights: Weights) throws -> ClassWeights {
        switch weights {
        case .list(let list): .list(list)
        case .rule("inverse_frequency"): .inverseFrequency
        case .rule("one_minus_frequency"): .oneMinusFrequency
        case .rule(let name): throw GoldenSettingsError(unknownKind: name)
        }
    }
}

extension LossDescription.Kind: Decodable {}
extension LabelSmoothing.Spread: Decodable {}
