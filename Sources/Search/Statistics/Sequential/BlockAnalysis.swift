/// Means of treatments that are compared in blocks, by least squares:
///
///     y[a, b] = mean[a] + effect[b] + noise
///
/// A treatment is a point of a search, a block is a seed, which all points have in common. Each treatment may have values
/// in some blocks alone. The noise has one variance for all of them, so that many treatments know it well after few
/// blocks.
///
/// Source: the intra-block analysis of incomplete blocks, Scheffe, "The Analysis of Variance", 1959, section 5.2.
package struct BlockAnalysis: Sendable {
    /// A difference of two treatments' means.
    package struct Difference: Hashable, Sendable {
        package let mean: Double
        /// Its variance in units of the noise's.
        package let varianceFactor: Double
    }

    /// The noise's, of a single value; 0 where values differ only by rounding.
    package let variance: Double
    package let degreesOfFreedom: Int

    /// By treatment; only differences have a meaning.
    private let means: [Double]
    /// By treatment, in how many blocks it has a value.
    private let counts: [Double]
    /// By treatment, the blocks in which it has a value.
    private let blocks: [[Int]]
    /// The inverse of the blocks' normal equations, without the effect that all have in common.
    private let inverse: [[Double]]

    /// - Parameter values: by treatment and block.
    /// - Returns: nil where nothing is left to know the noise by: it takes two blocks and two treatments, and each
    ///   treatment has to have a value in the first block.
    package init?(_ values: [[Int: Double]]) {
        let names = Set(values.flatMap(\.keys)).sorted()
        guard let first = names.first, values.count > 1, values.allSatisfy({ $0[first] != nil }) else { return nil }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let rows = values.map { $0.sorted { $0.key < $1.key }.map { (block: places[$0.key]!, value: $0.value) } }
        let all = rows.reduce(0) { $0 + $1.count }
        degreesOfFreedom = all - values.count - names.count + 1
        guard degreesOfFreedom > 0 else { return nil }
        counts = rows.map { Double($0.count) }
        blocks = rows.map { $0.map(\.block) }

        // The treatments' means are eliminated: what is left are equations of as many effects as there are blocks.
        var normal = [[Double]](
            repeating: [Double](repeating: 1 / Double(names.count), count: names.count), count: names.count)
        var right = [Double](repeating: 0, count: names.count)
        for (row, count) in zip(rows, counts) {
            // Relative to the treatment's own mean, which keeps the digits of small differences.
            let mean = row.reduce(0) { $0 + $1.value } / count
            for one in row {
                normal[one.block][one.block] += 1
                right[one.block] += one.value - mean
                for other in row { normal[one.block][other.block] -= 1 / count }
            }
        }
        inverse = Self.inverse(of: normal)
        let effects = inverse.map { row in zip(row, right).reduce(0) { $0 + $1.0 * $1.1 } }
        means = zip(rows, counts).map { row, count in row.reduce(0) { $0 + $1.value - effects[$1.block] } / count }
        var squares = 0.0
        for (row, mean) in zip(rows, means) {
            for one in row {
                let residual = one.value - mean - effects[one.block]
                squares += residual * residual
            }
        }
        let scale = rows.joined().reduce(0) { max($0, abs($1.value)) }
        let deviation = (squares / Double(degreesOfFreedom)).squareRoot()
        variance = deviation > 1e-12 * scale ? deviation * deviation : 0
    }

    /// The mean of `one` less that of `other`.
    package func difference(of one: Int, to other: Int) -> Difference {
        var weights: [Int: Double] = [:]
        for block in blocks[one] { weights[block, default: 0] += 1 / counts[one] }
        for block in blocks[other] { weights[block, default: 0] -= 1 / counts[other] }
        var factor = 1 / counts[one] + 1 / counts[other]
        for (block, weight) in weights where weight != 0 {
            for (second, other) in weights where other != 0 { factor += weight * other * inverse[block][second] }
        }
        return Difference(mean: means[one] - means[other], varianceFactor: factor)
    }

    /// The treatments by their means, the largest first; equals in their own order.
    package var order: [Int] { means.indices.sorted { (means[$1], $0) < (means[$0], $1) } }

    /// Of a symmetric, positive definite matrix, by Gauss and Jordan; it has as many rows as there are seeds.
    private static func inverse(of matrix: [[Double]]) -> [[Double]] {
        let size = matrix.count
        var rows = matrix.enumerated().map { index, row in row + (0..<size).map { $0 == index ? 1 : 0 } }
        for pivot in 0..<size {
            let divisor = rows[pivot][pivot]
            for column in rows[pivot].indices { rows[pivot][column] /= divisor }
            for row in 0..<size where row != pivot {
                let factor = rows[row][pivot]
                guard factor != 0 else { continue }
                for column in rows[row].indices { rows[row][column] -= factor * rows[pivot][column] }
            }
        }
        return rows.map { Array($0.dropFirst(size)) }
    }
}
