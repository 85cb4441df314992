internal import Foundation

/// An axis with even steps of 1, 2 or 5 times a power of ten.
///
/// Source: Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990.
package struct LinearScale: Scale {
    package let domain: ClosedRange<Double>
    package let ticks: [Tick]

    /// - Parameters:
    ///   - values: what it must reach over, finite; widened where it is a single value.
    ///   - count: how many marks there should be, about.
    ///   - rounded: whether the axis goes on to the next mark at both ends.
    ///   - whole: whether marks stand at whole numbers only.
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
