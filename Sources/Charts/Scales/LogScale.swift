internal import Foundation

/// An axis of powers of ten; marks at 1, 2 and 5 times each where there are few.
package struct LogScale: Scale {
    package let domain: ClosedRange<Double>
    package let ticks: [Tick]

    /// - Parameter values: what it must reach over, above 0; the axis goes on to the next mark at both ends.
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
    private static func mark(_ factor: Double, _ power: Int) -> Double {
        Double("\(Int(factor))e\(power)") ?? .nan
    }

    private static func label(_ value: Double) -> String {
        (1e-4..<1e6).contains(value) ? String(format: "%g", value) : String(format: "%.0e", value)
    }
}
