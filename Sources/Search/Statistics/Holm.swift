/// Holm's adjustment: among many comparisons some look good by chance.
///
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6(2), 1979.
package enum Holm {
    package struct Adjustment: Hashable, Sendable {
        /// At most 1.
        package let p: Double
        /// The adjusted p over the p before it was cut at 1: how many comparisons this one pays for, from 1 to all.
        package let factor: Double
    }

    /// The p values, each as large as it has to be for the chance of one false finding among all of them to stay below
    /// the level that it is compared with: the k-th smallest of m times (m - k + 1), never below one before it.
    package static func adjustments(_ values: [Double]) -> [Adjustment] {
        var adjustments = values.map { Adjustment(p: $0, factor: 1) }
        var largest = 0.0
        for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            let own = values[index] * Double(values.count - rank)
            let factor = own >= largest ? Double(values.count - rank) : largest / values[index]
            largest = max(largest, own)
            adjustments[index] = Adjustment(p: min(1, largest), factor: factor)
        }
        return adjustments
    }
}
