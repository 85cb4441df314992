import Foundation
package import Search

/// Numbers for people, independent of the locale.
package enum Numeral {
    /// Four significant digits.
    package static func metric(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        // A tenth of the time of `String(format:)`: a busy study formats thousands a second.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { text in
            withVaList([value]) { _ = vsnprintf(text.baseAddress, text.count, "%.4g", $0) }
            return String(cString: text.baseAddress!)
        }
    }

    /// The precision of a mean and its interval: two digits of the interval's half width; without an interval, four digits.
    package struct Precision {
        private let decimals: Int?

        package init(_ halfWidth: Double?) {
            let size = (halfWidth ?? 0) / 10
            decimals = size > 0 && size < 100 && size > 1e-12 ? max(0, -Int(log10(size).rounded(.down))) : nil
        }

        package func text(_ value: Double) -> String {
            guard let decimals else { return Numeral.metric(value) }
            return String(format: "%.\(decimals)f", value)
        }

        /// With its sign, also above 0.
        package func signed(_ value: Double) -> String {
            let text = text(value)
            return value > 0 ? "+" + text : text
        }
    }

    /// "0.91 to 0.93", to as many places as the interval's width has two digits for, so that its ends differ.
    package static func range(_ interval: Interval) -> String {
        let precision = Precision(interval.halfWidth)
        return "\(precision.text(interval.lower)) to \(precision.text(interval.upper))"
    }

    /// The edges of a bin: "0.93 to 1".
    package static func edges(_ range: ClosedRange<Double>) -> String {
        String(format: "%.2g to %.2g", range.lowerBound, range.upperBound)
    }

    /// "p = 0.03", "p < 0.001".
    package static func p(_ value: Double) -> String {
        value < 0.001 ? "p < 0.001" : "p = \(String(format: value < 0.1 ? "%.2g" : "%.2f", value))"
    }

    /// "1 seed", "3 seeds".
    package static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
