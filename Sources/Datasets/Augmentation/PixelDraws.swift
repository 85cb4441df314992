import Random

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A random change of an image's pixels: draws the operations that are applied, in their order.
package enum PixelAugmentation: Sendable, Hashable {
    /// One operation of fourteen, with a strength of 31.
    ///
    /// Source: Müller, Hutter, "TrivialAugment: tuning-free yet state-of-the-art data augmentation", ICCV 2021;
    /// torchvision's `TrivialAugmentWide`.
    case trivialAugment
    /// So many operations of fourteen, each with the strength `magnitude` of 31.
    ///
    /// Source: Cubuk et al., "RandAugment: practical automated data augmentation with a reduced search space", NeurIPS 2020;
    /// torchvision's `RandAugment`.
    case randAugment(operations: Int, magnitude: Int)
    /// Factors uniform in 1 - x...1 + x (not below 0), and a hue in -x...x, in random order; torchvision's `ColorJitter`.
    case colorJitter(brightness: Double, contrast: Double, saturation: Double, hue: Double)
    /// An angle uniform in -degrees...degrees.
    case rotation(degrees: Double)
    /// An angle as for a rotation; translations uniform in -t...t times the image's width and height, rounded to whole
    /// pixels; a scale uniform in the range; a shear along x, in degrees; torchvision's `RandomAffine`.
    case affine(degrees: Double, translation: Double, scale: ClosedRange<Double>, shear: Double)

    /// The strengths that an operation may have.
    static let strengths = 31

    /// - Parameters:
    ///   - height: of the image.
    ///   - width: the same.
    func draw(height: Int, width: Int, from random: inout RandomStream) -> [PixelOperation] {
        func uniform(_ range: ClosedRange<Double>) -> Double {
            range.lowerBound + (range.upperBound - range.lowerBound) * random.uniformDouble()
        }
        func around(_ most: Double) -> Double { most * (2 * random.uniformDouble() - 1) }
        switch self {
        case .trivialAugment:
            let kind = OperationKind.allCases[random.uniformInt(below: OperationKind.allCases.count)]
            let strength = random.uniformInt(below: Self.strengths)
            let isNegative = random.uniformDouble() < 0.5
            return kind.operation(Double(strength), isNegative: isNegative, ranges: .wide).map { [$0] } ?? []
        case .randAugment(let count, let magnitude):
            return (0..<count).compactMap { _ in
                let kind = OperationKind.allCases[random.uniformInt(below: OperationKind.allCases.count)]
                let isNegative = random.uniformDouble() < 0.5
                return kind.operation(
                    Double(magnitude), isNegative: isNegative, ranges: .usual(height: height, width: width))
            }
        case .colorJitter(let brightness, let contrast, let saturation, let hue):
            let order = random.permutation(of: 4)
            func factor(_ spread: Double) -> Double { uniform(max(0, 1 - spread)...1 + spread) }
            let drawn: [PixelOperation?] = [
                brightness > 0 ? .brightness(factor(brightness)) : nil,
                contrast > 0 ? .contrast(factor(contrast)) : nil,
                saturation > 0 ? .saturation(factor(saturation)) : nil,
                hue > 0 ? .hue(around(hue)) : nil,
            ]
            return order.compactMap { drawn[$0] }
        case .rotation(let degrees): return [.rotate(degrees: around(degrees))]
        case .affine(let degrees, let translation, let scale, let shear):
            let angle = around(degrees)
            let move = (
                x: around(translation * Double(width)).rounded(.toNearestOrEven),
                y: around(translation * Double(height)).rounded(.toNearestOrEven)
            )
            let size = uniform(scale)
            return [
                .affine(.init(degrees: angle, translation: move, scale: size, shear: (x: around(shear), y: 0)))
            ]
        }
    }
}

/// The operations that TrivialAugment and RandAugment draw from.
package enum OperationKind: CaseIterable, Sendable {
    case identity, shearX, shearY, translateX, translateY, rotate, brightness, color, contrast, sharpness, posterize,
        solarize, autoContrast, equalize

    /// How far the operations go at full strength.
    package enum Ranges: Sendable {
        /// TrivialAugment's.
        case wide
        /// RandAugment's.
        case usual(height: Int, width: Int)
    }

    /// The operation at a strength of 0...30; nil where nothing is to be done.
    package func operation(_ strength: Double, isNegative: Bool, ranges: Ranges) -> PixelOperation? {
        let share = strength / Double(PixelAugmentation.strengths - 1)
        let sign = isNegative ? -1.0 : 1.0
        let (shear, move, turn, factor, bits): (Double, (x: Double, y: Double), Double, Double, Double) =
            switch ranges {
            case .wide: (0.99, (32, 32), 135, 0.99, 6)
            case .usual(let height, let width):
                (0.3, (150 / 331 * Double(width), 150 / 331 * Double(height)), 30, 0.9, 4)
            }
        func degrees(_ slope: Double) -> Double { atan(sign * slope) * 180 / .pi }
        switch self {
        case .identity: return nil
        case .shearX:
            return .affine(.init(shear: (x: degrees(shear * share), y: 0), isFromCorner: true))
        case .shearY:
            return .affine(.init(shear: (x: 0, y: degrees(shear * share)), isFromCorner: true))
        case .translateX: return .affine(.init(translation: (x: Double(Int(sign * move.x * share)), y: 0)))
        case .translateY: return .affine(.init(translation: (x: 0, y: Double(Int(sign * move.y * share)))))
        case .rotate: return .rotate(degrees: sign * turn * share)
        case .brightness: return .brightness(1 + sign * factor * share)
        case .color: return .saturation(1 + sign * factor * share)
        case .contrast: return .contrast(1 + sign * factor * share)
        case .sharpness: return .sharpness(1 + sign * factor * share)
        case .posterize: return .posterize(bits: 8 - Int((bits * share).rounded(.toNearestOrEven)))
        case .solarize: return .solarize(threshold: 255 * (1 - share))
        case .autoContrast: return .autoContrast
        case .equalize: return .equalize
        }
    }
}
