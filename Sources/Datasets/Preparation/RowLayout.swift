/// Rows of `width` elements in groups of neighbours, and what can be measured of each group.
struct RowLayout {
    let width: Int
    let groups: Int

    var groupSize: Int { width / groups }

    /// The smallest value of each group, and how far the largest is from it.
    func range(of values: [Float], rows: [Int]) -> (offsets: [Double], units: [Double]) {
        var low = [Float](repeating: .infinity, count: groups)
        var high = [Float](repeating: -.infinity, count: groups)
        visit(values, rows: rows) { group, elements in
            for value in elements {
                low[group] = min(low[group], value)
                high[group] = max(high[group], value)
            }
        }
        return (low.map(Double.init), zip(low, high).map { Double($1) - Double($0) })
    }

    /// Mean and standard deviation, in two passes.
    func moments(of values: [Float], rows: [Int]) -> (offsets: [Double], units: [Double]) {
        let count = Double(rows.count * groupSize)
        var sums = [Double](repeating: 0, count: groups)
        visit(values, rows: rows) { group, elements in
            for value in elements { sums[group] += Double(value) }
        }
        let means = sums.map { $0 / count }
        var squares = [Double](repeating: 0, count: groups)
        visit(values, rows: rows) { group, elements in
            for value in elements {
                let deviation = Double(value) - means[group]
                squares[group] += deviation * deviation
            }
        }
        return (means, squares.map { ($0 / count).squareRoot() })
    }

    /// What a group of bytes adds up to: whole numbers, so that nothing is rounded before the end.
    func sums(of bytes: [UInt8], rows: [Int]) -> [ByteSums] {
        var sums = [ByteSums](repeating: ByteSums(), count: groups)
        visit(bytes, rows: rows) { group, elements in sums[group].add(elements) }
        return sums
    }

    private func visit<Element>(
        _ values: [Element], rows: [Int], _ body: (_ group: Int, _ elements: UnsafeBufferPointer<Element>) -> Void
    ) {
        values.withUnsafeBufferPointer { values in
            for row in rows {
                for group in 0..<groups {
                    let start = row * width + group * groupSize
                    body(group, UnsafeBufferPointer(rebasing: values[start..<start + groupSize]))
                }
            }
        }
    }
}
