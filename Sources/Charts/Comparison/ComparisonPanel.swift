import Search

/// One axis of a comparison, with a row for each arm.
struct ComparisonPanel {
    let left: Double
    let right: Double
    private let name: String
    private let top: Double
    private let bottom: Double
    private let scale: LinearScale

    /// - Parameters:
    ///   - points: all of them are shown; at least one.
    ///   - intervals: shown as far as they do not compress the points: those of two seeds are very wide.
    init(
        name: String, points: [Double], intervals: [Interval], left: Double, right: Double, top: Double, bottom: Double
    ) {
        self.name = name
        self.left = left
        self.right = right
        self.top = top
        self.bottom = bottom
        let lowest = points.min() ?? 0
        let highest = points.max() ?? 0
        let widest = intervals.map(\.halfWidth).filter(\.isFinite).max() ?? 0
        let margin = highest > lowest ? 1.2 * (highest - lowest) : widest
        let lower = max(lowest - margin, min(lowest, intervals.map(\.lower).min() ?? lowest))
        let upper = min(highest + margin, max(highest, intervals.map(\.upper).max() ?? highest))
        let space = (upper - lower) * 0.05
        scale = LinearScale((lower - space)...(upper + space), count: 5, rounded: false)
    }

    func x(_ value: Double) -> Double {
        let x = scale.position(value, from: left, to: right)
        return x.isFinite ? max(left, min(right, x)) : left
    }

    var axes: [Markup] { grid(from: top, to: bottom) + axis }

    /// A line at each mark.
    func grid(from top: Double, to bottom: Double) -> [Markup] {
        scale.ticks.map { Stroke.line(from: (x($0.value), top), to: (x($0.value), bottom), ink: .grid) }
    }

    /// The line at the bottom, the marks' values, and the name.
    var axis: [Markup] {
        var pieces = scale.ticks.map { tick in
            Lettering.text(
                tick.label, x: x(tick.value), y: bottom + 18, anchor: .middle, size: Lettering.small, ink: .quiet,
                name: "x-tick")
        }
        pieces.append(Stroke.line(from: (left, bottom), to: (right, bottom), ink: .quiet))
        pieces.append(Lettering.text(name, x: (left + right) / 2, y: bottom + 40, anchor: .middle, ink: .quiet))
        return pieces
    }

    /// A dashed line at the reference value.
    func reference(_ value: Double) -> [Markup] { reference(value, from: top, to: bottom) }

    func reference(_ value: Double, from top: Double, to bottom: Double) -> [Markup] {
        [Stroke.line(from: (x(value), top), to: (x(value), bottom), ink: .quiet, width: 1.5, dash: .dashed)]
    }

    /// An interval, with a cap at each end within the panel, and an arrow where it continues beyond.
    func whisker(_ interval: Interval?, y: Double, ink: Ink) -> [Markup] {
        guard let interval, interval.lower.isFinite, interval.upper.isFinite else { return [] }
        let start = x(interval.lower)
        let end = x(interval.upper)
        return [
            Stroke.line(from: (start, y), to: (end, y), ink: ink, width: 2, name: "interval"),
            cap(at: start, y: y, ink: ink, goesOn: interval.lower < scale.domain.lowerBound ? 1 : 0),
            cap(at: end, y: y, ink: ink, goesOn: interval.upper > scale.domain.upperBound ? -1 : 0),
        ]
    }

    private func cap(at x: Double, y: Double, ink: Ink, goesOn direction: Double) -> Markup {
        let back = x + 6 * direction
        return Stroke.polyline([(back, y - 5), (x, y), (back, y + 5)], ink: ink, width: 2, name: "cap")
    }
}

/// Arms' settings as lines of a figure; different arms have different labels.
struct ComparisonLabel {
    /// By arm.
    let lines: [[String]]
    let size: Double
    var lineHeight: Double { size + 2 }
    /// The most lines of an arm.
    var count: Int { lines.map(\.count).max() ?? 0 }

    private static let mostLines = 8

    /// The full label if it fits into a line; otherwise the short one, broken between its settings and within the path of
    /// one that is longer than a line. A label that is still cut begins with the point's number.
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

    /// One setting on as few lines as possible, broken after a space, a dot, an underscore, a slash or a dash, or anywhere if
    /// it has none of them.
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
            let line = rest[..<(end > rest.startIndex ? end : fallback)]
            lines.append(String(line.last == " " ? line.dropLast() : line))
            rest = rest[line.endIndex...]
        }
        return rest.isEmpty ? lines : lines + [String(rest)]
    }
}
