/// A range that holds a mean with a stated confidence.
package struct Interval: Hashable, Sendable, Codable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// `mean -+ t(n - 1) deviation / sqrt(n)`: the interval of a mean of normal draws (Student, "The probable error of a
    /// mean", Biometrika 6, 1908), cut to the values that the mean can have at all.
    ///
    /// - Parameters:
    ///   - level: how often it may miss the mean; 0.05 is a 95 % interval.
    ///   - bounds: what the mean can be.
    /// - Returns: nil where it would say nothing: below two values, without a spread, and where it is all of `bounds`.
    init?(
        mean: Double, deviation: Double?, count: Int, level: Double = 1 - Interval.confidence, within bounds: Interval
    ) {
        guard count >= 2, let deviation, deviation > 0 else { return nil }
        let half =
            StudentT.critical(level: level, degreesOfFreedom: count - 1) * deviation / Double(count).squareRoot()
        guard half.isFinite else { return nil }
        self.init(lower: max(mean - half, bounds.lower), upper: min(mean + half, bounds.upper))
        if self == bounds { return nil }
    }

    package static let confidence = 0.95
    /// Every number there is.
    package static let unbounded = Interval(lower: -.infinity, upper: .infinity)

    package var halfWidth: Double { (upper - lower) / 2 }

    package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
