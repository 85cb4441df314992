/// Number, extremes, sum and sum of squares of bytes.
struct ByteSums {
    private(set) var low = UInt8.max
    private(set) var high = UInt8.min
    private var count = 0
    private var sum = 0
    private var squares = 0

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes {
            low = min(low, byte)
            high = max(high, byte)
            sum += Int(byte)
            squares += Int(byte) * Int(byte)
        }
        count += bytes.count
    }

    var mean: Double { Double(sum) / Double(count) }

    /// The population's: sqrt(n * squares - sum^2) / n, exact below the root, so that what is constant has 0.
    var deviation: Double {
        let scaled = Int128(count) * Int128(squares) - Int128(sum) * Int128(sum)
        return Double(scaled).squareRoot() / Double(count)
    }
}
