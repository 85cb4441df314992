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
    ///   - points: all that must be seen; at least one.
    ///   - intervals: seen as far as they do not push the points together: two seeds have very wide ones.
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
        let place = scale.position(value, from: left, to: right)
        return place.isFinite ? max(left, min(right, place)) : left
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

    /// A dashed line at what everything is compared with.
    func reference(_ value: Double) -> [Markup] { reference(value, from: top, to: bottom) }

    func reference(_ value: Double, from top: Double, to bottom: Double) -> [Markup] {
        [Stroke.line(from: (x(value), top), to: (x(value), bottom), ink: .quiet, width: 1.5, dash: .dashed)]
    }

    /// An interval, with a cap at each end that lies within the panel, and an arrow where it goes on.
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
