/// What each of the 256 bytes becomes: the same numbers as if the bytes were made floats first and those scaled.
struct ByteScaling: Sendable {
    private let fitted: FittedScaling
    /// 256 numbers for each group.
    private let tables: [Float]

    init(_ fitted: FittedScaling) {
        self.fitted = fitted
        // A table for each feature of a wide row would be larger than the data; such rows are computed.
        let groups = fitted.groupSize == 1 ? 0 : fitted.offsets.count
        tables = (0..<groups).flatMap { group in (0..<256).map { fitted.scaled(Double($0), group: group) } }
    }

    func withReader(_ body: (Reader) -> Void) {
        tables.withUnsafeBufferPointer { body(Reader(fitted: fitted, tables: $0)) }
    }

    struct Reader {
        let fitted: FittedScaling
        fileprivate let tables: UnsafeBufferPointer<Float>

        /// The table of the group that `element` of a row belongs to; nil where each element has numbers of its own.
        func table(of element: Int) -> UnsafePointer<Float>? {
            tables.baseAddress.map { $0 + 256 * (element / fitted.groupSize) }
        }

        /// Scales a row.
        func copy(_ source: UnsafePointer<UInt8>, to destination: UnsafeMutablePointer<Float>) {
            for group in fitted.offsets.indices {
                let elements = group * fitted.groupSize..<(group + 1) * fitted.groupSize
                if let table = table(of: elements.lowerBound) {
                    for element in elements { destination[element] = table[Int(source[element])] }
                } else {
                    destination[group] = fitted.scaled(Double(source[group]), group: group)
                }
            }
        }
    }
}
