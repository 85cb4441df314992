/// Samples' numbers, row-major: count x features.
///
/// 8-bit images stay 8-bit, a quarter of the size of floats, and are converted batch by batch. Others are kept
/// without rounding, since a scaling is measured and applied in double precision: single precision resolves a time in
/// seconds since 1970 to two minutes.
package enum Samples: Sendable, Equatable {
    case bytes(SampleArray<UInt8>)
    /// 16-bit images.
    case words(SampleArray<UInt16>)
    case floats(SampleArray<Float>)
    /// Numbers that are not all exact in single precision.
    case doubles(SampleArray<Double>)

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
package protocol SampleNumber: Sendable, BitwiseCopyable, Comparable {
    var double: Double { get }
}

extension UInt8: SampleNumber { package var double: Double { Double(self) } }
extension UInt16: SampleNumber { package var double: Double { Double(self) } }
extension Float: SampleNumber { package var double: Double { Double(self) } }
extension Double: SampleNumber { package var double: Double { self } }

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

    var samples: Samples { areFloats ? .floats(SampleArray(floats)) : .doubles(SampleArray(doubles)) }
}
