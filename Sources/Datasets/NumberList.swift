/// Numbers in the least memory that keeps them as they are: Floats as long as each of them is exactly one, else
/// Doubles.
struct NumberList {
    private var floats: [Float] = []
    private var doubles: [Double] = []
    private var areFloats = true

    init() {}

    init(_ numbers: [Double]) {
        floats.reserveCapacity(numbers.count)
        for number in numbers { append(number) }
    }

    mutating func reserveCapacity(_ count: Int) {
        floats.reserveCapacity(count)
    }

    @inline(__always)
    mutating func append(_ number: Double) {
        if areFloats {
            let float = Float(number)
            if Double(float) == number {
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
