/// The selected epoch, the stop, and the epochs waited for an improvement, of one run.
struct LossMarks {
    let run: LossRun
    let frame: PlotFrame
    /// Where words may stand.
    let room: ClosedRange<Double>

    /// Behind everything else.
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

    /// The stop's words stand above and right of the selected epoch's, whose line begins below them, so that neither
    /// words nor lines meet.
    var lines: [Markup] {
        var pieces: [Markup] = []
        if let epoch = run.selectedEpoch {
            pieces += line(
                at: epoch, words: "selected: epoch \(epoch)", dash: .dashed, isHigher: false, name: "selected")
        }
        if let stop = run.stop {
            pieces += line(at: stop.epoch, words: Self.words(stop), dash: .dotted, isHigher: true, name: "stop")
        }
        return pieces
    }

    static func words(_ stop: LossRun.Stop) -> String {
        let waited = stop.patience.map { " (shaded: \($0) waited)" } ?? ""
        return (stop.isOnlyNoted ? "would have stopped: epoch " : "stopped early: epoch ") + "\(stop.epoch)\(waited)"
    }

    private func line(at epoch: Int, words: String, dash: Stroke.Dash, isHigher: Bool, name: String) -> [Markup] {
        let x = frame.x(Double(epoch))
        let y = frame.top - (isHigher ? 20 : 5)
        let width = Lettering.width(words, size: Lettering.small) + 6
        let isBefore = isHigher ? x + width > room.upperBound : x - width > room.lowerBound
        return [
            Stroke.line(from: (x, y - 9), to: (x, frame.bottom), ink: .text, width: 1.5, dash: dash, name: name),
            Lettering.text(
                words, x: isBefore ? x - 6 : x + 6, y: y, anchor: isBefore ? .end : .start, size: Lettering.small,
                name: "\(name)-words"),
        ]
    }
}
