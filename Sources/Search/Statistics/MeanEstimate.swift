/// A sample's mean, and how sure of it one can be.
package struct MeanEstimate: Hashable, Sendable {
    package let count: Int
    package let mean: Double
    /// The sample's standard deviation, with n - 1; nil below two values. 0 where they differ by rounding alone.
    package let deviation: Double?
    /// 95 %, by Student's t; nil where it would say nothing, as of equal values.
    package let interval: Interval?

    /// - Parameters:
    ///   - bounds: what such a value can be; they say nothing where a value is beyond them.
    ///   - scale: the size of the numbers that the values come from, beside which a spread can be mere rounding; nil for
    ///     their own size.
    /// - Returns: nil without values.
    package init?(_ values: [Double], within bounds: Interval = .unbounded, scale: Double? = nil) {
        guard !values.isEmpty else { return nil }
        count = values.count
        // From the first value on, so that equal values have exactly that mean and no deviation.
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

    /// A spread below this share of the values is the rounding of equal ones.
    private static let rounding = 1e-12
}
