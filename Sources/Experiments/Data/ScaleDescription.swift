import Architecture

/// How features are scaled; what is measured is measured on the training part alone.
package enum ScaleDescription: Hashable, Sendable {
    /// (x - min) / (max - min).
    case minMax
    /// (x - mean) / standard deviation.
    case standardize
    /// (x - mean) / std with given numbers, one for all channels or one for each; x in 0...1 for 8-bit images.
    case normalize(mean: [Double], deviation: [Double])
    case none
}

extension ScaleDescription {
    private enum Kind: String, CaseIterable {
        case minMax = "min_max"
        case standardize, none, normalize
    }

    /// Reads a word, or `{kind: normalize, mean: [...], std: [...]}`.
    static func read(_ key: String, of data: Section) throws(ExperimentError) -> ScaleDescription {
        guard let given = data.optional(key), case .mapping = given.node.content else {
            let kind: Kind = try data.choice(key, default: .minMax)
            switch kind {
            case .minMax: return .minMax
            case .standardize: return .standardize
            case .none: return .none
            case .normalize:
                throw data.error(
                    at: key, "normalize needs its numbers: {kind: normalize, mean: [0.5], std: [0.5]}")
            }
        }
        let (scale, resolved) = try given.section { section throws(ExperimentError) in
            try ScaleDescription(reading: section)
        }
        data.note(key, resolved)
        return scale
    }

    private init(reading section: Section) throws(ExperimentError) {
        let kind: Kind = try section.choice("kind")
        section.kind = kind.rawValue
        switch kind {
        case .minMax: self = .minMax
        case .standardize: self = .standardize
        case .none: self = .none
        case .normalize:
            let mean = try section.doubles("mean", in: .any)
            let deviation = try section.doubles("std", in: .above(0))
            guard !mean.isEmpty, mean.count == deviation.count else {
                throw section.error(
                    "normalize needs as many means as standard deviations, one or one for each channel; "
                        + "there are \(mean.count) and \(deviation.count)")
            }
            self = .normalize(mean: mean, deviation: deviation)
        }
    }
}
