/// The mean of a point's monitored values over its trials, which are added in the order of their numbers.
package struct PointMean: Hashable, Sendable {
    package private(set) var count = 0
    /// The number of the best trial, the first of equals; nil without one.
    package private(set) var best: Int?
    /// The best trial's value.
    package private(set) var bestValue: Double?
    /// The first value; and the sum of the others' distances from it, so that equal values have exactly that mean.
    private var origin = 0.0
    private var sum = 0.0

    package init() {}

    /// Nil without values.
    package var mean: Double? { count == 0 ? nil : origin + sum / Double(count) }

    package mutating func add(_ value: Double, of trial: Int, _ goal: Goal) {
        if count == 0 { origin = value }
        count += 1
        sum += value - origin
        if let bestValue, !goal.prefers(value, over: bestValue) { return }
        (best, bestValue) = (trial, value)
    }
}
