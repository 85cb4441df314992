/// Holm's adjustment: among many comparisons some look good by chance.
///
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6(2), 1979.
package enum Holm {
    /// The p values, each as large as it has to be for the chance of one false finding among all of them to stay below
    /// the level that it is compared with: the k-th smallest of m times (m - k + 1), never below one before it.
    package static func adjusted(_ values: [Double]) -> [Double] {
        var adjusted = values
        var largest = 0.0
        for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            largest = max(largest, min(1, values[index] * Double(values.count - rank)))
            adjusted[index] = largest
        }
        return adjusted
    }
}
