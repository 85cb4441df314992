/// Samples' numbers, row-major: count x features.
///
/// 8-bit images stay 8-bit in memory, a quarter of what they take as numbers; they become numbers batch by batch. All
/// others are kept without rounding, since a scaling is measured and applied in double precision: of a time in seconds
/// since 1970, single precision keeps two minutes.
package enum Samples: Sendable, Equatable {
    case bytes([UInt8])
    /// 16-bit images.
    case words([UInt16])
    case floats([Float])
    /// Numbers that are not all exact in single precision.
    case doubles([Double])

    /// How many numbers there are, of all samples together.
    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .words(let words): words.count
        case .floats(let floats): floats.count
        case .doubles(let doubles): doubles.count
        }
    }

    /// The largest whole number that the samples' type holds; 1 for floating-point numbers. `normalize` divides by it.
    var range: Double {
        switch self {
        case .bytes: Double(UInt8.max)
        case .words: Double(UInt16.max)
        case .floats, .doubles: 1
        }
    }
}

/// A number as a source holds it.
protocol SampleNumber: Sendable {
    var double: Double { get }
}

extension UInt16: SampleNumber {
    var double: Double { Double(self) }
}

extension Float: SampleNumber {
    var double: Double { Double(self) }
}

extension Double: SampleNumber {
    var double: Double { self }
}
