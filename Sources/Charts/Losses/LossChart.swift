/// Training and validation loss over the epochs, of one run or of several seeds.
///
/// For one run, the selected epoch is a dashed line, the stop a dotted one, and the epochs that early stopping waited
/// are shaded. Several runs are thin lines with their mean thick, a ring at each selected epoch and a cross at each
/// stop.
package struct LossChart: Sendable {
    private let title: String
    private let canvas: Canvas
    private let runs: [LossRun]
    private let training: LossCurve
    private let validation: LossCurve

    package init(title: String, runs: [LossRun], canvas: Canvas = .wide) {
        self.title = title
        self.canvas = canvas
        self.runs = runs
        training = LossCurve(name: "training", ink: .training, dash: .dashed, runs: runs.map(\.training))
        validation = LossCurve(name: "validation", ink: .validation, dash: nil, runs: runs.map(\.validation))
    }

    private var width: Double { canvas == .wide ? 760 : Canvas.narrowWidth }
    private var height: Double { top + (canvas == .wide ? 336 : 250) }
    /// The plot's upper edge. Above it are notes, a narrow figure's legend, and two rows of text.
    private var top: Double { canvas == .wide ? 84 : 78 + 16 * Double(noteLines.count + curves.count) }
    private var noteLines: [String] { notes.flatMap { Lettering.wrapped($0, to: width - 40, size: Lettering.small) } }
    private var curves: [LossCurve] { [training, validation] }
    private var epochs: Int { runs.map(\.epochs).max() ?? 0 }
    private var finite: [Double] { curves.flatMap { $0.runs.flatMap { $0 } }.filter(\.isFinite) }

    package func picture(id: String) -> Picture {
        Picture(
            id: id, title: title, summary: summary, width: width, height: height,
            content: [Lettering.heading(title, width: width)] + drawing)
    }

    private var drawing: [Markup] {
        guard let lowest = finite.min(), let highest = finite.max() else {
            return [
                Lettering.text(
                    absence, x: width / 2, y: height / 2, anchor: .middle, size: 16, ink: .quiet, name: "note")
            ]
        }
        let isLogarithmic = lowest > 0 && highest / lowest > 30
        let vertical: any Scale =
            isLogarithmic ? LogScale(lowest...highest) : LinearScale(lowest...highest, count: 5)
        let last = Double(epochs)
        let frame = PlotFrame(
            left: canvas == .wide ? 76 : 62, right: width - (canvas == .wide ? 150 : 14), top: top, bottom: height - 54,
            horizontal: LinearScale(
                epochs == 1 ? 0.5...1.5 : 1...last, count: canvas == .wide ? 8 : 5, rounded: false, whole: true),
            vertical: vertical)
        let marks = runs.count == 1 ? LossMarks(run: runs[0], frame: frame, room: 10...(width - 10)) : nil
        var pieces = marks?.shade ?? []
        pieces += frame.axes(horizontal: "epoch", vertical: isLogarithmic ? "loss (logarithmic)" : "loss")
        pieces += marks?.lines ?? []
        pieces += curves.flatMap { lines(of: $0, in: frame) }
        pieces += runs.count > 1 ? seedMarks(in: frame) : []
        pieces += legend(in: frame)
        pieces += noteLines.enumerated().map { index, note in
            Lettering.text(note, x: 20, y: 46 + 16 * Double(index), size: Lettering.small, ink: .quiet, name: "note")
        }
        return pieces
    }

    // MARK: Lines

    private func lines(of curve: LossCurve, in frame: PlotFrame) -> [Markup] {
        let seeds =
            runs.count > 1
            ? curve.runs.flatMap { line(along: $0, of: curve, in: frame, width: 1, opacity: 0.45, name: "seed") } : []
        return seeds + line(along: curve.mean, of: curve, in: frame, width: 2.5, opacity: nil, name: "main")
    }

    private func line(
        along values: [Double], of curve: LossCurve, in frame: PlotFrame, width: Double, opacity: Double?, name: String
    ) -> [Markup] {
        LossCurve.pieces(of: values).map { piece in
            let points = piece.map { (x: frame.x(Double($0.epoch)), y: frame.y($0.value)) }
            let name = "\(curve.name) \(name)"
            guard points.count > 1 else {
                return Marker.mark(
                    curve.dash == nil ? .circle : .square, x: points[0].x, y: points[0].y, radius: width + 1.5,
                    ink: curve.ink, filled: true, opacity: opacity, name: name)
            }
            return Stroke.polyline(points, ink: curve.ink, width: width, dash: curve.dash, opacity: opacity, name: name)
        }
    }

    /// The curves' names and last values at their ends, moved apart where they would touch.
    private func legend(in frame: PlotFrame) -> [Markup] {
        var entries = curves.compactMap { curve in
            curve.end.map { (curve: curve, value: $0.value, y: frame.y($0.value)) }
        }
        if canvas == .narrow {
            return entries.enumerated().flatMap { index, entry in
                let y = 46 + 16 * Double(noteLines.count + index)
                return key(entry.curve, x: 20, y: y - 4)
                    + [
                        Lettering.text(
                            "\(entry.curve.name), \(end(entry.value))", x: 50, y: y, size: Lettering.small,
                            name: "legend")
                    ]
            }
        }
        entries.sort { $0.y < $1.y }
        let gap = 32.0
        if entries.count == 2, entries[1].y - entries[0].y < gap {
            let middle = max(frame.top + gap / 2, min(frame.bottom - gap / 2, (entries[0].y + entries[1].y) / 2))
            entries[0].y = middle - gap / 2
            entries[1].y = middle + gap / 2
        }
        return entries.flatMap { curve, value, y in
            key(curve, x: frame.right + 8, y: y - 3) + [
                Lettering.text(curve.name, x: frame.right + 38, y: y + 1, bold: true, name: "legend"),
                Lettering.text(
                    end(value), x: frame.right + 38, y: y + 15, size: Lettering.small, ink: .quiet,
                    name: "\(curve.name)-end"),
            ]
        }
    }

    private func key(_ curve: LossCurve, x: Double, y: Double) -> [Markup] {
        [Stroke.line(from: (x, y), to: (x + 24, y), ink: curve.ink, width: 2.5, dash: curve.dash)]
    }

    private func end(_ value: Double) -> String { (runs.count > 1 ? "mean " : "last ") + Numeral.metric(value) }

    private func seedMarks(in frame: PlotFrame) -> [Markup] {
        runs.flatMap { run in
            var marks: [Markup] = []
            if let stop = run.stop, let value = Self.value(of: run, at: stop.epoch) {
                marks.append(
                    Marker.mark(
                        .cross, x: frame.x(Double(stop.epoch)), y: frame.y(value), radius: 4, ink: .text, filled: false,
                        name: "stop"))
            }
            if let epoch = run.selectedEpoch, let value = Self.value(of: run, at: epoch) {
                marks.append(
                    Marker.mark(
                        .circle, x: frame.x(Double(epoch)), y: frame.y(value), radius: 4, ink: .text, filled: false,
                        name: "selected"))
            }
            return marks
        }
    }

    /// The validation loss at an epoch, if it is finite.
    private static func value(of run: LossRun, at epoch: Int) -> Double? {
        guard run.validation.indices.contains(epoch - 1), run.validation[epoch - 1].isFinite else { return nil }
        return run.validation[epoch - 1]
    }

    // MARK: Words

    private var absence: String {
        epochs == 0 ? "no epoch has been finished yet" : "no finite loss in \(Numeral.count(epochs, "epoch"))"
    }

    /// Explanations of the lines.
    private var notes: [String] {
        var notes: [String] = []
        if runs.count > 1 {
            let shared = runs.map(\.epochs).min() ?? 0
            let reach = shared < epochs ? ", up to epoch \(shared), which all reached" : ""
            let stops = runs.contains { $0.stop != nil } ? "; cross: stopped early" : ""
            notes.append("thin: each of \(runs.count) seeds; thick: their mean\(reach); ring: selected epoch\(stops)")
        }
        let broken = curves.filter { curve in curve.runs.contains { $0.contains { !$0.isFinite } } }
        if !broken.isEmpty {
            let names = broken.map { curve in
                let first = curve.runs.compactMap { $0.firstIndex { !$0.isFinite } }.min() ?? 0
                return "\(curve.name) loss first in epoch \(first + 1)"
            }
            notes.append("gaps: not a finite number (\(names.joined(separator: ", ")))")
        }
        return notes
    }

    private var summary: String {
        guard !finite.isEmpty else { return "An empty chart: \(absence)." }
        var sentences = [
            "Loss over \(Numeral.count(epochs, "epoch")), \(runs.count == 1 ? "one run" : "\(runs.count) seeds")."
        ]
        for curve in curves {
            guard let first = curve.mean.first(where: \.isFinite), let end = curve.end else { continue }
            sentences.append(
                "\(curve.name.capitalizedFirst) loss goes from \(Numeral.metric(first)) to \(Numeral.metric(end.value)) "
                    + "in epoch \(end.epoch).")
        }
        if runs.count == 1 {
            if let epoch = runs[0].selectedEpoch { sentences.append("Epoch \(epoch) is selected.") }
            if let stop = runs[0].stop { sentences.append(LossMarks.words(stop).capitalizedFirst + ".") }
        }
        return (sentences + notes.map { $0.capitalizedFirst + "." }).joined(separator: " ")
    }
}
