internal import Foundation

/// Numbers as people read them, without a locale.
package enum Numeral {
    /// Four significant digits; the full number is in the files.
    package static func metric(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        // As `String(format:)` says it, in a tenth of its time: a busy study says thousands in a second.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { text in
            withVaList([value]) { _ = vsnprintf(text.baseAddress, text.count, "%.4g", $0) }
            return String(cString: text.baseAddress!)
        }
    }

    /// A mean and its interval to as many places as the interval's half width has two digits for; without an interval,
    /// to four digits.
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

        /// With its sign, also where it is above 0.
        package func signed(_ value: Double) -> String {
            let text = text(value)
            return value > 0 ? "+" + text : text
        }
    }

    /// "p = 0.03", "p < 0.001".
    package static func p(_ value: Double) -> String {
        value < 0.001 ? "p < 0.001" : "p = \(String(format: value < 0.1 ? "%.2g" : "%.2f", value))"
    }

    /// "1 seed", "3 seeds".
    static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
