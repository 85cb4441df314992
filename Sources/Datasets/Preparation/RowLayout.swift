/// Rows of `width` elements in groups of neighbours, with the statistics of each group.
struct RowLayout {
    let width: Int
    let groups: Int

    var groupSize: Int { width / groups }

    /// The minimum of each group, and the difference of maximum and minimum.
    func range<Number: SampleNumber>(of values: SampleArray<Number>, rows: [Int]) -> (
        offsets: [Double], units: [Double]
    ) {
        var low = [Double](repeating: .infinity, count: groups)
        var high = [Double](repeating: -.infinity, count: groups)
        visit(values, rows: rows) { group, elements in
            for value in elements {
                low[group] = min(low[group], value.double)
                high[group] = max(high[group], value.double)
            }
        }
        return (low, zip(low, high).map { $1 - $0 })
    }

    /// Mean and standard deviation, in two passes; the deviation of equal values is exactly 0.
    ///
    /// The rounding error of the mean is corrected in the squares, so that large numbers close to each other keep their
    /// deviation.
    ///
    /// Source: Chan, Golub, LeVeque, "Algorithms for computing the sample variance", The American Statistician 37(3),
    /// 1983, the corrected two-pass algorithm.
    func moments<Number: SampleNumber>(of values: SampleArray<Number>, rows: [Int]) -> (
        offsets: [Double], units: [Double]
    ) {
        let count = Double(rows.count * groupSize)
        var sums = [Double](repeating: 0, count: groups)
        visit(values, rows: rows) { group, elements in
            for value in elements { sums[group] += value.double }
        }
        let means = sums.map { $0 / count }
        let firsts = (0..<groups).map { group in rows.first.map { values[$0 * width + group * groupSize].double } ?? 0 }
        var squares = [Double](repeating: 0, count: groups)
        var rests = [Double](repeating: 0, count: groups)
        var isConstant = [Bool](repeating: true, count: groups)
        visit(values, rows: rows) { group, elements in
            for value in elements {
                let deviation = value.double - means[group]
                squares[group] += deviation * deviation
                rests[group] += deviation
                isConstant[group] = isConstant[group] && value.double == firsts[group]
            }
        }
        let units = (0..<groups).map { group in
            let variance = (squares[group] - rests[group] * rests[group] / count) / count
            return isConstant[group] ? 0 : max(0, variance).squareRoot()
        }
        return (means, units)
    }

    /// The sums of each group of bytes, as exact integers.
    func sums(of bytes: SampleArray<UInt8>, rows: [Int]) -> [ByteSums] {
        var sums = [ByteSums](repeating: ByteSums(), count: groups)
        visit(bytes, rows: rows) { group, elements in sums[group].add(elements) }
        return sums
    }

    private func visit<Element: SampleNumber>(
        _ values: SampleArray<Element>, rows: [Int],
        _ body: (_ group: Int, _ elements: UnsafeBufferPointer<Element>) -> Void
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

    /// The population's: sqrt(n * squares - sum^2) / n, exact below the root, so that constant bytes have 0.
    var deviation: Double {
        let scaled = Int128(count) * Int128(squares) - Int128(sum) * Int128(sum)
        return Double(scaled).squareRoot() / Double(count)
    }
}
