/// The difference of two arms' values, seed by seed.
///
/// Pairing by seed cancels what both have in common, such as a lucky split of the batches.
///
/// Source: the paired t test, Student, "The probable error of a mean", Biometrika 6, 1908.
package struct PairedDifference: Hashable, Sendable {
    /// By replicate, for the replicates that both have.
    package let values: [Int: Double]
    package let mean: Double
    /// The probability of a mean at least as far from 0 if there were no difference; nil below two pairs, and if the
    /// differences have no spread.
    package let p: Double?
    /// ``p``, adjusted for all differences that are tested together; nil if ``p`` is.
    package private(set) var adjustedP: Double?
    /// By Student's t, with the same adjustment, so that it excludes 0 exactly if ``adjustedP`` is below 0.05; nil if it
    /// is uninformative.
    package private(set) var interval: Interval?
    /// The interval's own confidence: 0.95 for a single comparison, more for one of several.
    package private(set) var confidence = Interval.confidence
    private let deviation: Double?
    private let bounds: Interval

    package var count: Int { values.count }

    /// `one - other`, by replicate. Nil if they share none.
    ///
    /// - Parameter bounds: the possible differences.
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

    /// A difference by the analysis of all points together, whose p and interval hold at whatever moment one looks.
    ///
    /// - Returns: nil if nothing is known yet.
    init?(
        _ result: SequentialComparison.Result, of one: [Int: Double], to other: [Int: Double], within bounds: Interval,
        confidence: Double
    ) {
        guard let mean = result.difference else { return nil }
        let shared = one.keys.filter { other[$0] != nil }
        values = Dictionary(uniqueKeysWithValues: shared.map { ($0, (one[$0] ?? .nan) - (other[$0] ?? .nan)) })
        self.mean = mean
        (p, adjustedP) = (result.p, result.p)
        interval = result.interval.map {
            Interval(lower: max($0.lower, bounds.lower), upper: min($0.upper, bounds.upper))
        }
        self.confidence = confidence
        deviation = nil
        self.bounds = bounds
    }

    /// Applies the adjustment for several comparisons: to p, and to the interval, at the level at which p is tested.
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

/// Holm's adjustment for multiple comparisons, of which some look good by chance.
///
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6(2), 1979.
package enum Holm {
    package struct Adjustment: Hashable, Sendable {
        /// At most 1.
        package let p: Double
        /// The adjusted p, before it is cut at 1, divided by p: from 1 to the number of comparisons.
        package let factor: Double
    }

    /// The adjusted p values, which keep the probability of any false finding below the level they are compared with: the
    /// k-th smallest of m is multiplied by (m - k + 1), and is never below a smaller one's.
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
