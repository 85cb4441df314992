/// A sample's mean, with its confidence interval.
package struct MeanEstimate: Hashable, Sendable {
    package let count: Int
    package let mean: Double
    /// The sample's standard deviation, with n - 1; nil below two values, 0 if they differ only by rounding.
    package let deviation: Double?
    /// The 95 % interval by Student's t; nil if it is uninformative, as for equal values.
    package let interval: Interval?

    /// - Parameters:
    ///   - bounds: the possible values; ignored if a value is outside.
    ///   - scale: the magnitude of the numbers that the values were computed from, to distinguish a spread from rounding;
    ///     nil for the values' own.
    /// - Returns: nil without values.
    package init?(_ values: [Double], within bounds: Interval = .unbounded, scale: Double? = nil) {
        guard !values.isEmpty else { return nil }
        count = values.count
        // Relative to the first value, so that equal values have exactly that mean and no deviation.
        let offsets = values.map { $0 - values[0] }
        let offset = offsets.reduce(0, +) / Double(values.count)
        mean = values[0] + offset
        guard values.count >= 2 else {
            deviation = nil
            interval = nil
            return
        }
        let squares = offsets.reduce(0) { $0 + ($1 - offset) * ($1 - offset) }
        let deviation = (squares / Double(values.count - 1)).squareRoot()
        let size = scale ?? values.reduce(0) { max($0, abs($1)) }
        self.deviation = deviation > MeanEstimate.rounding * size ? deviation : 0
        let bounds = values.allSatisfy(bounds.contains) ? bounds : .unbounded
        interval = Interval(mean: mean, deviation: self.deviation, count: values.count, within: bounds)
    }

    /// A spread below this fraction of the values is the rounding of equal ones.
    private static let rounding = 1e-12
}

/// A confidence interval of a mean.
package struct Interval: Hashable, Sendable, Codable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// `mean -+ t(n - 1) deviation / sqrt(n)`: the interval of a mean of normal draws (Student, "The probable error of a
    /// mean", Biometrika 6, 1908), clipped to the mean's possible values.
    ///
    /// - Parameters:
    ///   - level: the probability of missing the mean; 0.05 is a 95 % interval.
    ///   - bounds: the mean's possible values.
    /// - Returns: nil if it is uninformative: below two values, without a spread, or if it is all of `bounds`.
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
    /// All numbers.
    package static let unbounded = Interval(lower: -.infinity, upper: .infinity)

    package var halfWidth: Double { (upper - lower) / 2 }

    package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
