internal import Search

/// Arms' settings as lines of a picture; arms that differ have labels that differ.
struct ComparisonLabel {
    /// By arm.
    let lines: [[String]]
    let size: Double
    var lineHeight: Double { size + 2 }
    /// The most that an arm has.
    var count: Int { lines.map(\.count).max() ?? 0 }

    private static let mostLines = 8

    /// The full label where it fits into a line; otherwise the short one, broken between its settings and, where one is
    /// longer than a line, within its path. What is cut all the same begins with the point's number.
    init(_ arms: [Arm], to width: Double) {
        var size = Lettering.size
        var all = arms.map { Self.lines($0, to: width, size: size) }
        if all.contains(where: { $0.count > 3 }) {
            size = Lettering.small
            all = arms.map { Self.lines($0, to: width, size: size) }
        }
        let alike = Dictionary(grouping: all.indices, by: { Array(all[$0].prefix(Self.mostLines)) })
        for (index, arm) in arms.enumerated() {
            let isAlone = alike[Array(all[index].prefix(Self.mostLines))]?.count == 1
            guard all[index].count > Self.mostLines || !isAlone else { continue }
            var lines = Self.broken("point \(arm.point): \(arm.shortLabel)", to: width, size: size)
            if lines.count > Self.mostLines {
                lines = Array(lines.prefix(Self.mostLines))
                lines[Self.mostLines - 1] = Lettering.fitted(lines[Self.mostLines - 1] + " …", to: width, size: size)
            }
            all[index] = lines
        }
        lines = all
        self.size = size
    }

    private static func lines(_ arm: Arm, to width: Double, size: Double) -> [String] {
        guard Lettering.width(arm.label, size: size) > width else { return [arm.label] }
        return broken(arm.shortLabel, to: width, size: size)
    }

    private static func broken(_ label: String, to width: Double, size: Double) -> [String] {
        var lines: [String] = []
        let parts = label.split(separator: ", ").map(String.init)
        for (index, part) in parts.enumerated() {
            let part = index + 1 < parts.count ? part + "," : part
            if let last = lines.last, Lettering.width("\(last) \(part)", size: size) <= width {
                lines[lines.count - 1] = "\(last) \(part)"
            } else {
                lines += pieces(of: part, to: width, size: size)
            }
        }
        return lines
    }

    /// One setting on as few lines as it takes: broken after a space, a dot, an underscore, a slash or a dash, and anywhere
    /// in what has none of them.
    private static func pieces(of part: String, to width: Double, size: Double) -> [String] {
        var lines: [String] = []
        var rest = Substring(part)
        while Lettering.width(String(rest), size: size) > width {
            var end = rest.startIndex
            var fallback = rest.index(after: rest.startIndex)
            var index = rest.startIndex
            while index < rest.endIndex, Lettering.width(String(rest[...index]), size: size) <= width {
                fallback = rest.index(after: index)
                if " ._/-".contains(rest[index]) { end = fallback }
                index = fallback
            }
            let place = end > rest.startIndex ? end : fallback
            lines.append(rest[..<place].last == " " ? String(rest[..<place].dropLast()) : String(rest[..<place]))
            rest = rest[place...]
        }
        return rest.isEmpty ? lines : lines + [String(rest)]
    }
}
