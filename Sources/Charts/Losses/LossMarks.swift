/// The marks of one run: the selected epoch, the stop, and the epochs waited for an improvement.
struct LossMarks {
    let run: LossRun
    let frame: PlotFrame
    /// The horizontal range of text.
    let room: ClosedRange<Double>

    /// The waited epochs, behind everything else.
    var shade: [Markup] {
        guard let stop = run.stop, let patience = stop.patience else { return [] }
        let left = frame.x(Double(max(1, stop.epoch - patience)))
        return [
            .tag(
                "rect",
                [
                    "x": left, "y": frame.top, "width": max(0, frame.x(Double(stop.epoch)) - left),
                    "height": frame.bottom - frame.top, "fill": Ink.shade.color,
                    "class": "fill-\(Ink.shade.rawValue) patience",
                ], [.tag("title", text: "waited \(patience) epochs for an improvement")])
        ]
    }

    /// The stop's text is above and right of the selected epoch's, whose line begins below it. A line that would still cross
    /// the other's text begins below both.
    var lines: [Markup] {
        var pieces: [Markup] = []
        let stop = run.stop.map { stop in
            Label(Self.words(stop), at: frame.x(Double(stop.epoch)), y: frame.top - 20, isAfter: true, in: room)
        }
        if let epoch = run.selectedEpoch {
            let x = frame.x(Double(epoch))
            var label = Label("selected: epoch \(epoch)", at: x, y: frame.top - 5, isAfter: false, in: room)
            if let stop, label.reach.contains(stop.x) {
                // On the other side there may be less room, but no line.
                let other = Label(label.words, at: x, y: label.y, isAfter: !label.isAfter, in: room)
                if !other.reach.contains(stop.x) { label = other }
            }
            pieces += line(label, isCut: false, dash: .dashed, name: "selected")
            if let stop { pieces += line(stop, isCut: label.reach.contains(stop.x), dash: .dotted, name: "stop") }
        } else if let stop {
            pieces += line(stop, isCut: false, dash: .dotted, name: "stop")
        }
        return pieces
    }

    /// Text beside a vertical line, or above it if neither side has room.
    private struct Label {
        let words: String
        let x: Double
        let y: Double
        let isAfter: Bool
        /// The text's horizontal range.
        let reach: ClosedRange<Double>
        /// Whether the text is above the line.
        let isAbove: Bool

        /// - Parameter isAfter: whether the text is right of the line, if there is room.
        init(_ words: String, at x: Double, y: Double, isAfter: Bool, in room: ClosedRange<Double>) {
            let width = Lettering.width(words, size: Lettering.small) + 6
            let (hasRoomBefore, hasRoomAfter) = (x - width >= room.lowerBound, x + width <= room.upperBound)
            self.words = words
            self.x = x
            self.y = y
            self.isAfter = hasRoomAfter && (isAfter || !hasRoomBefore)
            isAbove = !hasRoomBefore && !hasRoomAfter
            let left = max(room.lowerBound, min(room.upperBound - width, x - width / 2))
            reach = isAbove ? left...(left + width) : self.isAfter ? x...(x + width) : (x - width)...x
        }
    }

    static func words(_ stop: LossRun.Stop) -> String {
        let waited = stop.patience.map { " (shaded: \($0) waited)" } ?? ""
        return (stop.isOnlyNoted ? "would have stopped: epoch " : "stopped early: epoch ") + "\(stop.epoch)\(waited)"
    }

    /// - Parameter isCut: whether the line begins at the plot's upper edge, below all text.
    private func line(_ label: Label, isCut: Bool, dash: Stroke.Dash, name: String) -> [Markup] {
        let start = isCut || label.isAbove ? frame.top : label.y - 9
        return [
            Stroke.line(
                from: (label.x, start), to: (label.x, frame.bottom), ink: .text, width: 1.5, dash: dash, name: name),
            Lettering.text(
                label.words,
                x: label.isAfter || label.isAbove ? label.reach.lowerBound + 6 : label.reach.upperBound - 6,
                y: label.y, anchor: label.isAfter || label.isAbove ? .start : .end, size: Lettering.small,
                name: "\(name)-words"),
        ]
    }
}
