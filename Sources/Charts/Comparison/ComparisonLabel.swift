internal import Search

/// An arm's settings as one line or two.
enum ComparisonLabel {
    /// The full label where it fits; otherwise the short one, broken after a comma, and cut with an ellipsis where that
    /// does not help either.
    static func lines(_ arm: Arm, to width: Double) -> [String] {
        guard Lettering.width(arm.label) > width else { return [arm.label] }
        let label = arm.shortLabel
        guard Lettering.width(label) > width else { return [label] }
        let parts = label.split(separator: ", ").map(String.init)
        guard parts.count > 1 else { return [Lettering.fitted(label, to: width)] }
        var first = parts[0]
        var rest = parts.dropFirst()
        while let next = rest.first, Lettering.width("\(first), \(next),") <= width {
            first += ", \(next)"
            rest = rest.dropFirst()
        }
        return [first + (rest.isEmpty ? "" : ","), rest.joined(separator: ", ")].filter { !$0.isEmpty }
            .map { Lettering.fitted($0, to: width) }
    }
}
