/// What one arm's values are above another's with the same seeds.
///
/// Seeds that both share cancel what they have in common, such as a lucky split of the batches.
///
/// Source: the paired t test, Student, "The probable error of a mean", Biometrika 6, 1908.
package struct PairedDifference: Hashable, Sendable {
    /// By replicate, of those that both have.
    package let values: [Int: Double]
    package let mean: Double
    /// How probable a mean at least as far from 0 would be if there were no difference; nil below two pairs, and where the
    /// differences have no spread to judge by.
    package let p: Double?
    /// ``p``, adjusted for all differences that are judged together; nil where ``p`` is.
    package private(set) var adjustedP: Double?
    /// By Student's t, with the same adjustment, so that it excludes 0 exactly where ``adjustedP`` is below 0.05; nil
    /// where it would say nothing.
    package private(set) var interval: Interval?
    /// The interval's confidence by itself: 0.95 for a single comparison, more where it is one of several.
    package private(set) var confidence = Interval.confidence
    private let deviation: Double?
    private let bounds: Interval

    package var count: Int { values.count }

    /// `one - other`, by replicate. Nil where they share none.
    ///
    /// - Parameter bounds: what such a difference can be.
    package init?(of one: [Int: Double], to other: [Int: Double], within bounds: Interval = .unbounded) {
        let shared = one.keys.filter { other[$0] != nil }.sorted()
        let differences = shared.map { (one[$0] ?? .nan) - (other[$0] ?? .nan) }
        let scale = shared.reduce(0) { max($0, abs(one[$1] ?? 0), abs(other[$1] ?? 0)) }
        guard let estimate = MeanEstimate(differences, within: bounds, scale: scale) else { return nil }
        values = Dictionary(uniqueKeysWithValues: zip(shared, differences))
        mean = estimate.mean
        interval = estimate.interval
        deviation = estimate.deviation
        self.bounds = differences.allSatisfy(bounds.contains) ? bounds : .unbounded
        guard let deviation = estimate.deviation, deviation > 0 else {
            p = nil
            return
        }
        let t = mean / (deviation / Double(shared.count).squareRoot())
        p = StudentT.twoSided(t, degreesOfFreedom: Double(shared.count - 1))
        adjustedP = p
    }

    /// Takes the adjustment for several comparisons over: p, and the interval at the level at which p is judged.
    ///
    /// Source: intervals at Holm's levels, Serlin, "Confidence intervals and the scientific method: a case for Holm on the
    /// range", J. Experimental Education 61(4), 1993; Ludbrook, "Multiple inferences using confidence intervals", Clin.
    /// Exp. Pharmacol. Physiol. 27, 2000.
    mutating func adjust(_ adjustment: Holm.Adjustment) {
        adjustedP = adjustment.p
        let level = (1 - Interval.confidence) / adjustment.factor
        confidence = 1 - level
        interval = Interval(mean: mean, deviation: deviation, count: count, level: level, within: bounds)
    }

    /// Whether every pair is equal.
    package var isNone: Bool { values.values.allSatisfy { $0 == 0 } }
}
