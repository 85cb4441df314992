extension Duration {
    /// Reads `500ms`, `30s`, `5m` or `2h`: a whole number and a unit.
    ///
    /// - Returns: nil for anything else, and for what is too long for a century.
    package init?(spelling: String) {
        let digits = spelling.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), count <= 3_600_000_000 else { return nil }
        switch spelling[digits.endIndex...] {
        case "ms": self = .milliseconds(count)
        case "s": self = .seconds(count)
        case "m": self = .seconds(60 * count)
        case "h": self = .seconds(3600 * count)
        default: return nil
        }
    }

    /// In the largest unit that needs no fraction: `30s`, `5m`; below a millisecond it is cut off.
    package var spelling: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds != 0 { return "\(seconds * 1000 + milliseconds)ms" }
        if seconds != 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds != 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}
