/// A scaling whose numbers were measured, always on training rows alone.
///
/// Each element x of a row becomes (x - offset) / unit of the element's group. Where a group is constant in the
/// training part it tells nothing, and becomes 0 everywhere.
struct FittedScaling: Sendable, Equatable {
    /// How many neighbouring elements of a row share their numbers: 1 in a table, a channel or all of an image.
    let groupSize: Int
    let offsets: [Double]
    /// What one scaled unit is in the source's own units; 0 for a constant group.
    let units: [Double]

    /// Measures the numbers.
    /// - Parameters:
    ///   - values: rows of `sampleShape`, row-major.
    ///   - rows: those to measure; at least one.
    init(_ scaling: Scaling, of values: [Float], sampleShape: [Int], rows: [Int]) {
        let width = sampleShape.reduce(1, *)
        let isImage = sampleShape.count == 3
        groupSize =
            switch scaling {
            case .none: width
            case .minMax: isImage ? width : 1
            case .standardize: isImage ? width / sampleShape[0] : 1
            }
        let groups = width / groupSize
        switch scaling {
        case .none:
            offsets = Array(repeating: 0, count: groups)
            units = Array(repeating: 1, count: groups)
        case .minMax:
            (offsets, units) = Self.range(values, width: width, groups: groups, rows: rows)
        case .standardize:
            (offsets, units) = Self.moments(values, width: width, groups: groups, rows: rows)
        }
    }

    /// The scaled rows, one after the other.
    func apply(to values: [Float], rows: [Int]) -> [Float] {
        let width = groupSize * offsets.count
        let factors = units.map { $0 > 0 ? 1 / $0 : 0 }
        return [Float](unsafeUninitializedCapacity: rows.count * width) { output, count in
            count = output.count
            values.withUnsafeBufferPointer { values in
                for (place, row) in rows.enumerated() {
                    for group in offsets.indices {
                        let offset = offsets[group]
                        let factor = factors[group]
                        let from = row * width + group * groupSize
                        let to = place * width + group * groupSize
                        for element in 0..<groupSize {
                            output[to + element] = Float((Double(values[from + element]) - offset) * factor)
                        }
                    }
                }
            }
        }
    }

    private static func range(
        _ values: [Float], width: Int, groups: Int, rows: [Int]
    ) -> (offsets: [Double], units: [Double]) {
        var low = [Float](repeating: .infinity, count: groups)
        var high = [Float](repeating: -.infinity, count: groups)
        visit(values, width: width, groups: groups, rows: rows) { group, elements in
            for value in elements {
                low[group] = min(low[group], value)
                high[group] = max(high[group], value)
            }
        }
        return (low.map(Double.init), zip(low, high).map { Double($1) - Double($0) })
    }

    /// Mean and standard deviation, in two passes.
    private static func moments(
        _ values: [Float], width: Int, groups: Int, rows: [Int]
    ) -> (offsets: [Double], units: [Double]) {
        let count = Double(rows.count * (width / groups))
        var sums = [Double](repeating: 0, count: groups)
        visit(values, width: width, groups: groups, rows: rows) { group, elements in
            for value in elements { sums[group] += Double(value) }
        }
        let means = sums.map { $0 / count }
        var squares = [Double](repeating: 0, count: groups)
        visit(values, width: width, groups: groups, rows: rows) { group, elements in
            for value in elements {
                let deviation = Double(value) - means[group]
                squares[group] += deviation * deviation
            }
        }
        return (means, squares.map { ($0 / count).squareRoot() })
    }

    private static func visit(
        _ values: [Float], width: Int, groups: Int, rows: [Int],
        _ body: (_ group: Int, _ elements: Slice<UnsafeBufferPointer<Float>>) -> Void
    ) {
        let size = width / groups
        values.withUnsafeBufferPointer { values in
            for row in rows {
                for group in 0..<groups {
                    let start = row * width + group * size
                    body(group, values[start..<start + size])
                }
            }
        }
    }
}
