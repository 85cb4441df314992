/// Samples' numbers, row-major: count x features.
///
/// 8-bit images stay 8-bit in memory, a quarter of the size of floats, and are converted batch by batch. Others are kept
/// without rounding, since a scaling is measured and applied in double precision: single precision resolves a time in
/// seconds since 1970 to two minutes.
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
    package var range: Double {
        switch self {
        case .bytes: Double(UInt8.max)
        case .words: Double(UInt16.max)
        case .floats, .doubles: 1
        }
    }
}

/// A sample's number, which converts to Double without rounding.
protocol SampleNumber: Sendable {
    var double: Double { get }
}

extension UInt16: SampleNumber { var double: Double { Double(self) } }
extension Float: SampleNumber { var double: Double { Double(self) } }
extension Double: SampleNumber { var double: Double { self } }

/// Numbers in the least memory without rounding: Floats as long as each number is exactly one, else Doubles.
struct NumberList {
    private var floats: [Float] = []
    private var doubles: [Double] = []
    private var areFloats = true

    init() {}

    init(_ numbers: [Double]) {
        floats.reserveCapacity(numbers.count)
        for number in numbers { append(number) }
    }

    mutating func reserveCapacity(_ count: Int) { floats.reserveCapacity(count) }

    @inline(__always)
    mutating func append(_ number: Double) {
        if areFloats {
            let float = Float(number)
            if Double(float) == number || number.isNaN {
                floats.append(float)
                return
            }
            widen()
        }
        doubles.append(number)
    }

    private mutating func widen() {
        doubles.reserveCapacity(floats.capacity)
        for float in floats { doubles.append(Double(float)) }
        floats = []
        areFloats = false
    }

    var samples: Samples { areFloats ? .floats(floats) : .doubles(doubles) }
}
