/// A sample's mean, and how sure of it one can be.
package struct MeanEstimate: Hashable, Sendable {
    package let count: Int
    package let mean: Double
    /// The sample's standard deviation, with n - 1; nil below two values.
    package let deviation: Double?
    /// 95 %, by Student's t; nil below two values.
    package let interval: Interval?

    /// Nil without values.
    package init?(_ values: [Double]) {
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
        self.deviation = deviation
        interval = Interval(mean: mean, deviation: deviation, count: values.count)
    }
}
