import Foundation

/// The positions of values along an axis, and its marks.
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
    /// The coordinate of a value between two coordinates.
    func position(_ value: Double, from start: Double, to end: Double) -> Double {
        start + fraction(value) * (end - start)
    }
}

/// An axis with even steps of 1, 2 or 5 times a power of ten.
///
/// Source: Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990.
package struct LinearScale: Scale {
    package let domain: ClosedRange<Double>
    package let ticks: [Tick]

    /// - Parameters:
    ///   - values: the finite range to cover; a single value is widened.
    ///   - count: the approximate number of marks.
    ///   - rounded: whether the axis extends to the next mark at both ends.
    ///   - whole: whether marks are whole numbers only.
    package init(_ values: ClosedRange<Double>, count: Int = 6, rounded: Bool = true, whole: Bool = false) {
        let range = LinearScale.widened(values)
        let raw = (range.upperBound - range.lowerBound) / Double(max(1, count))
        let step = whole ? max(1, LinearScale.nice(raw)) : LinearScale.nice(raw)
        let first = rounded ? (range.lowerBound / step).rounded(.down) : (range.lowerBound / step).rounded(.up)
        let last = rounded ? (range.upperBound / step).rounded(.up) : (range.upperBound / step).rounded(.down)
        let indices = last < first ? [] : Array(0...Int(last - first))
        let marks = indices.map { (first + Double($0)) * step }
        domain = rounded ? (marks.first ?? range.lowerBound)...(marks.last ?? range.upperBound) : range
        let largest = max(abs(domain.lowerBound), abs(domain.upperBound))
        ticks = marks.map { Tick(value: $0, label: LinearScale.label($0, step: step, largest: largest)) }
    }

    package func fraction(_ value: Double) -> Double {
        (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    }

    private static func widened(_ values: ClosedRange<Double>) -> ClosedRange<Double> {
        let limit = 1e300
        let lower = max(-limit, min(limit, values.lowerBound))
        let upper = max(-limit, min(limit, values.upperBound))
        let size = max(abs(lower), abs(upper))
        guard upper - lower <= size * 1e-9 else { return lower...upper }
        let margin = size == 0 ? 1 : size * 0.1
        return (lower - margin)...(upper + margin)
    }

    /// The 1, 2 or 5 times a power of ten at or above `step`.
    private static func nice(_ step: Double) -> Double {
        let power = pow(10, log10(step).rounded(.down))
        let factor = [1, 2, 5].first { $0 * power >= step * (1 - 1e-9) } ?? 10
        return factor * power
    }

    private static func label(_ value: Double, step: Double, largest: Double) -> String {
        guard largest < 1e6, step >= 1e-6 else { return String(format: "%.3g", value) }
        let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
        let label = String(format: "%.\(decimals)f", value)
        return label.contains { "123456789".contains($0) } ? label : label.replacingOccurrences(of: "-", with: "")
    }
}

/// A logarithmic axis with marks at powers of ten, and at 2 and 5 times each if there are few.
package struct LogScale: Scale {
    package let domain: ClosedRange<Double>
    package let ticks: [Tick]

    /// - Parameter values: the range to cover, above 0; the axis extends to the next mark at both ends.
    package init(_ values: ClosedRange<Double>) {
        precondition(values.lowerBound > 0, "a logarithm's axis has values above 0")
        let first = Int(log10(values.lowerBound).rounded(.down))
        let last = Int(log10(values.upperBound).rounded(.up))
        let decades = max(1, last - first)
        let factors: [Double] = decades <= 3 ? [1, 2, 5] : [1]
        let stride = max(1, (decades + 5) / 6)
        let powers = Swift.stride(from: first, through: last + stride, by: stride)
        let marks = powers.flatMap { power in factors.map { LogScale.mark($0, power) } }.filter {
            $0.isFinite && $0 > 0
        }
        let lower = marks.last { $0 <= values.lowerBound } ?? values.lowerBound
        let upper = marks.first { $0 >= values.upperBound && $0 > lower } ?? values.upperBound
        domain = lower...max(upper, lower * 1.001)
        ticks = marks.filter { (lower...upper).contains($0) }.map { Tick(value: $0, label: LogScale.label($0)) }
    }

    package func fraction(_ value: Double) -> Double {
        (log(value) - log(domain.lowerBound)) / (log(domain.upperBound) - log(domain.lowerBound))
    }

    /// Correctly rounded, as a decimal literal is.
    private static func mark(_ factor: Double, _ power: Int) -> Double { Double("\(Int(factor))e\(power)") ?? .nan }

    private static func label(_ value: Double) -> String {
        (1e-4..<1e6).contains(value) ? String(format: "%g", value) : String(format: "%.0e", value)
    }
}
