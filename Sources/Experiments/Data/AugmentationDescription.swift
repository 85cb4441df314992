import Architecture

/// A random change of a training image, drawn anew whenever it is trained on.
package enum AugmentationDescription: Hashable, Sendable {
    /// Left becomes right.
    case horizontalFlip(probability: Double)
    /// A window of the image's own size out of the image with so many empty pixels around it.
    case randomCrop(padding: Int)
    /// A rectangle of a random share of the image's area is emptied (Zhong et al., AAAI 2020).
    case randomErasing(probability: Double, area: ClosedRange<Double>, aspect: ClosedRange<Double>)
    /// One random operation of random strength (Müller, Hutter, ICCV 2021).
    case trivialAugment
    /// So many random operations of one strength (Cubuk et al., NeurIPS 2020).
    case randAugment(operations: Int, magnitude: Int)
    case colorJitter(brightness: Double, contrast: Double, saturation: Double, hue: Double)
    case rotation(degrees: Double)
    case affine(degrees: Double, translation: Double, scale: ClosedRange<Double>, shear: Double)
}

extension AugmentationDescription {
    private enum Kind: String, CaseIterable {
        case horizontalFlip = "horizontal_flip"
        case randomCrop = "random_crop"
        case randomErasing = "random_erasing"
        case trivialAugment = "trivial_augment"
        case randAugment = "rand_augment"
        case colorJitter = "color_jitter"
        case rotation, affine
    }

    /// Reads `[{kind: NAME, ...}, NAME, ...]`, or `none` for an empty list.
    static func readList(_ key: String, of data: Section) throws(ExperimentError) -> [AugmentationDescription] {
        if data.optional(key)?.node.isNone == true {
            data.note(key, ConfigNode(.list([])))
            return []
        }
        var resolved: [ConfigNode] = []
        let list = try data.list(key) { value throws(ExperimentError) in
            let (augmentation, node) = try read(value)
            resolved.append(node)
            return augmentation
        }
        data.note(key, ConfigNode(.list(resolved)))
        return list
    }

    /// Reads `{kind: NAME, ...}`, or the name alone.
    static func read(
        _ value: ConfigValue
    ) throws(ExperimentError) -> (value: AugmentationDescription, resolved: ConfigNode) {
        try value.section { section throws(ExperimentError) in try AugmentationDescription(reading: section) }
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
        case .trivialAugment: self = .trivialAugment
        case .randAugment:
            self = .randAugment(
                operations: try section.int("operations", in: 1...14, default: 2),
                magnitude: try section.int("magnitude", in: 0...30, default: 9))
        case .colorJitter:
            self = .colorJitter(
                brightness: try section.double("brightness", in: .atLeast(0), default: 0.4),
                contrast: try section.double("contrast", in: .atLeast(0), default: 0.4),
                saturation: try section.double("saturation", in: .atLeast(0), default: 0.4),
                hue: try section.double("hue", in: .atLeast(0).atMost(0.5), default: 0.1))
        case .rotation:
            self = .rotation(degrees: try section.double("degrees", in: .atLeast(0).atMost(180), default: 15))
        case .affine:
            self = .affine(
                degrees: try section.double("degrees", in: .atLeast(0).atMost(180), default: 15),
                translation: try section.double("translation", in: .atLeast(0).atMost(1), default: 0.1),
                scale: try Self.range("scale", of: section, in: .above(0), default: 0.9...1.1),
                shear: try section.double("shear", in: .atLeast(0).below(90), default: 0))
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
