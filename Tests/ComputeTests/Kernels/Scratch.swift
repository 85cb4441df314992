/// Scratch memory for a kernel, full of NaN, which knows whether the kernel has written beyond its end.
struct Scratch {
    private var values: [Float]
    private let count: Int
    private static let guardValue: Float = 12345

    init(_ count: Int) {
        self.count = count
        values = [Float](repeating: .nan, count: count) + [Float](repeating: Self.guardValue, count: 256)
    }

    var isIntact: Bool { values[count...].allSatisfy { $0 == Self.guardValue } }

    mutating func use(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        values.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}
