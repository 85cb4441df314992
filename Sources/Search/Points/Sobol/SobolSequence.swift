/// The points of a Sobol sequence: any 2^m of them from the start are spread evenly over the unit cube.
///
/// With `g = i ^ (i >> 1)`, the Gray code of i, a coordinate of point i is the sum modulo 2 of the columns `v[k]` for
/// which bit k of g is set, read as a binary fraction of 32 digits. In two neighbouring points, one column differs.
///
/// Source: Sobol, "On the distribution of points in a cube", USSR Comput. Math. Math. Phys. 7(4), 1967; Antonov,
/// Saleev, the same 19(1), 1979, for the Gray code.
package struct SobolSequence: Sendable {
    /// The dimensions that have direction numbers.
    package static let mostDimensions = SobolDirections.columns.count

    package let dimensions: Int
    private let scrambles: [OwenScramble]?

    /// - Parameters:
    ///   - dimensions: at most ``mostDimensions``.
    ///   - seed: fixes how the points are scrambled; without one they are Sobol's own, of which the first is 0.
    package init(dimensions: Int, scrambledBy seed: UInt64? = nil) {
        precondition(0...Self.mostDimensions ~= dimensions, "a Sobol sequence has direction numbers for each dimension")
        self.dimensions = dimensions
        scrambles = seed.map { seed in (0..<dimensions).map { OwenScramble(seed: seed, dimension: $0) } }
    }

    /// The point at `index`, below 2^32; each coordinate is in [0, 1).
    package func point(_ index: Int) -> [Double] {
        let index = UInt32(index)
        let gray = index ^ index >> 1
        return (0..<dimensions).map { dimension in
            var digits: UInt32 = 0
            for (bit, column) in SobolDirections.columns[dimension].enumerated() where gray >> UInt32(bit) & 1 == 1 {
                digits ^= column
            }
            return Double(scrambles?[dimension](digits) ?? digits) * 0x1p-32
        }
    }
}
