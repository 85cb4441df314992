/// A range that holds a mean with a stated confidence.
package struct Interval: Hashable, Sendable, Codable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// `mean -+ t(n - 1) deviation / sqrt(n)`: the 95 % interval of a mean of normal draws (Student, "The probable
    /// error of a mean", Biometrika 6, 1908). Nil below two values.
    init?(mean: Double, deviation: Double, count: Int) {
        guard count >= 2 else { return nil }
        let half =
            StudentT.quantile(0.5 + Interval.confidence / 2, degreesOfFreedom: Double(count - 1)) * deviation
            / Double(count).squareRoot()
        self.init(lower: mean - half, upper: mean + half)
    }

    package static let confidence = 0.95

    package var halfWidth: Double { (upper - lower) / 2 }

    package func contains(_ value: Double) -> Bool { (lower...upper).contains(value) }
}
