import Architecture

/// A random change of a training image, drawn anew whenever it is trained on.
package enum AugmentationDescription: Hashable, Sendable {
    /// Left becomes right.
    case horizontalFlip(probability: Double)
    /// A window of the image's own size out of the image with so many empty pixels around it.
    case randomCrop(padding: Int)
    /// A rectangle of a random share of the image's area is emptied (Zhong et al., AAAI 2020).
    case randomErasing(probability: Double, area: ClosedRange<Double>, aspect: ClosedRange<Double>)
}

extension AugmentationDescription {
    private enum Kind: String, CaseIterable {
        case horizontalFlip = "horizontal_flip"
        case randomCrop = "random_crop"
        case randomErasing = "random_erasing"
    }

    /// Reads `[{kind: NAME, ...}, NAME, ...]`.
    static func readList(_ key: String, of data: Section) throws(ExperimentError) -> [AugmentationDescription] {
        var resolved: [ConfigNode] = []
        let list = try data.list(key) { value throws(ExperimentError) in
            let (augmentation, node) = try value.section { section throws(ExperimentError) in
                try AugmentationDescription(reading: section)
            }
            resolved.append(node)
            return augmentation
        }
        data.note(key, ConfigNode(.list(resolved)))
        return list
    }

    private init(reading section: Section) throws(ExperimentError) {
        let kind: Kind = try section.choice("kind", noun: "augmentation")
        section.kind = kind.rawValue
        switch kind {
        case .horizontalFlip:
            self = .horizontalFlip(probability: try section.double("probability", in: .chance, default: 0.5))
        case .randomCrop:
            self = .randomCrop(padding: try section.int("padding", in: 1...1024, default: 4))
        case .randomErasing:
            self = .randomErasing(
                probability: try section.double("probability", in: .chance, default: 0.5),
                area: try Self.range("area", of: section, in: .above(0).below(1), default: 0.02...0.33),
                aspect: try Self.range("aspect", of: section, in: .above(0), default: 0.3...3.3))
        }
    }

    private static func range(
        _ key: String, of section: Section, in bounds: Bounds, default: ClosedRange<Double>
    ) throws(ExperimentError) -> ClosedRange<Double> {
        guard section.has(key) else {
            section.note(
                key,
                ConfigNode(.list([`default`.lowerBound, `default`.upperBound].map { ConfigNode(.double($0)) })))
            _ = section.optional(key)
            return `default`
        }
        let ends = try section.doubles(key, in: bounds)
        guard ends.count == 2, ends[0] <= ends[1] else {
            throw section.error(at: key, "must be the smallest and the largest value: [a, b]")
        }
        return ends[0]...ends[1]
    }
}

extension Bounds {
    /// 0 never, 1 always.
    static let chance = Bounds.atLeast(0).atMost(1)
}
