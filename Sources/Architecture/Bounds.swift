/// The numbers that a setting takes, with the words that say so.
package struct Bounds: Sendable, CustomStringConvertible {
    private var lower = -Double.infinity
    private var lowerIsIncluded = true
    private var upper = Double.infinity
    private var upperIsIncluded = false

    /// Every finite number.
    package static let any = Bounds()

    /// At least 0 and below 1.
    package static let fraction = Bounds.atLeast(0).below(1)

    package static func above(_ lower: Double) -> Bounds {
        Bounds(lower: lower, lowerIsIncluded: false)
    }

    package static func atLeast(_ lower: Double) -> Bounds {
        Bounds(lower: lower)
    }

    package func below(_ upper: Double) -> Bounds {
        var bounds = self
        bounds.upper = upper
        return bounds
    }

    package func atMost(_ upper: Double) -> Bounds {
        var bounds = below(upper)
        bounds.upperIsIncluded = true
        return bounds
    }

    package func contains(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        return (lowerIsIncluded ? value >= lower : value > lower) && (upperIsIncluded ? value <= upper : value < upper)
    }

    /// "above 0 and below 1".
    package var description: String {
        var words: [String] = []
        if lower.isFinite { words.append((lowerIsIncluded ? "at least " : "above ") + Self.words(lower)) }
        if upper.isFinite { words.append((upperIsIncluded ? "at most " : "below ") + Self.words(upper)) }
        return words.isEmpty ? "a finite number" : words.joined(separator: " and ")
    }

    private static func words(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? value.description
    }
}
