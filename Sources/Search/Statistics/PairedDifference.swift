/// What one arm's values are above another's with the same seeds.
///
/// Seeds that both share cancel what they have in common, such as a lucky split of the batches.
///
/// Source: the paired t test, Student, "The probable error of a mean", Biometrika 6, 1908.
package struct PairedDifference: Hashable, Sendable {
    /// By replicate, of those that both have.
    package let values: [Int: Double]
    package let mean: Double
    /// 95 %, by Student's t; nil below two pairs, and where the differences have no spread to judge by.
    package let interval: Interval?
    /// How probable a mean at least as far from 0 would be if there were no difference; nil where the interval is.
    package let p: Double?

    package var count: Int { values.count }

    /// `one - other`, by replicate. Nil where they share none.
    package init?(of one: [Int: Double], to other: [Int: Double]) {
        let shared = one.keys.filter { other[$0] != nil }.sorted()
        let differences = shared.map { (one[$0] ?? .nan) - (other[$0] ?? .nan) }
        guard let estimate = MeanEstimate(differences) else { return nil }
        values = Dictionary(uniqueKeysWithValues: zip(shared, differences))
        mean = estimate.mean
        let scale = shared.flatMap { [abs(one[$0] ?? 0), abs(other[$0] ?? 0)] }.max() ?? 0
        guard let deviation = estimate.deviation, deviation > PairedDifference.rounding * scale else {
            interval = nil
            p = nil
            return
        }
        interval = estimate.interval
        let t = mean / (deviation / Double(shared.count).squareRoot())
        p = StudentT.twoSided(t, degreesOfFreedom: Double(shared.count - 1))
    }

    /// Whether every pair is equal.
    package var isNone: Bool { values.values.allSatisfy { $0 == 0 } }

    /// A spread below this share of the values is the rounding of equal differences.
    private static let rounding = 1e-12
}
