/// Where values lie along an axis, and at which of them a mark stands.
package protocol Scale {
    /// The values at the axis' ends.
    var domain: ClosedRange<Double> { get }
    /// Marks at round values within the domain, ascending; at least one.
    var ticks: [Tick] { get }
    /// 0 at the domain's lower end, 1 at its upper one.
    func fraction(_ value: Double) -> Double
}

/// A mark on an axis.
package struct Tick: Hashable {
    package let value: Double
    package let label: String
}

extension Scale {
    /// The place of a value between two coordinates.
    func position(_ value: Double, from start: Double, to end: Double) -> Double {
        start + fraction(value) * (end - start)
    }
}
