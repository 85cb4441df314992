internal import Experiments
internal import Studies
package import Search

/// Baseline and techniques as dots with 95 % intervals, each seed as a point, and the paired differences beside them.
///
/// The baseline is a square, a technique a circle; in the right panel a filled mark is a difference beyond noise.
package struct ComparisonChart: Sendable {
    private let title: String
    private let canvas: Canvas
    private let comparison: Comparison
    private let arms: [Arm]
    private let labels: ComparisonLabel

    /// - Parameter limit: the most arms that are drawn: the baseline and those with the best means.
    package init(title: String, comparison: Comparison, limit: Int = 24, canvas: Canvas = .wide) {
        self.title = title
        self.canvas = canvas
        self.comparison = comparison
        let best = comparison.best(max(1, limit))
        arms = best.filter(\.isBaseline) + best.filter { !$0.isBaseline }
        labels = ComparisonLabel(arms, to: canvas == .wide ? Self.labelWidth : Canvas.narrowWidth - 60)
    }

    private var width: Double { canvas == .wide ? 1000 : Canvas.narrowWidth }
    private static let labelWidth = 270.0
    private static let wordsWidth = 150.0
    private var rowHeight: Double {
        let lines = Double(labels.count) * labels.lineHeight
        return canvas == .wide ? max(54, lines + 26) : lines + (hasDifferences ? 32 : 16) + Self.stripHeight + 18
    }
    /// In a narrow figure: the height of a row's marks, below its text.
    private static let stripHeight = 34.0
    private var top: Double { 50 + 16 * Double(noteLines.count) }
    private var noteLines: [String] { notes.flatMap { Lettering.wrapped($0, to: width - 40, size: Lettering.small) } }
    private var hasDifferences: Bool { arms.contains { $0.difference != nil } }
    private var bottom: Double { top + rowHeight * Double(arms.count) }

    package func picture(id: String) -> Picture {
        let hasValues = arms.contains { $0.estimate != nil }
        return Picture(
            id: id, title: title, summary: summary, width: width,
            height: hasValues ? bottom + 62 : 160,
            content: [Lettering.heading(title, width: width)]
                + (hasValues ? (canvas == .wide ? drawing : stacked) + noteTexts : [absence]))
    }

    private var absence: Markup {
        Lettering.text(
            "no trial has given a \(comparison.metric.name) yet", x: width / 2, y: 90, anchor: .middle,
            size: canvas == .wide ? 16 : Lettering.small, ink: .quiet, name: "note")
    }

    private var drawing: [Markup] {
        let left = Self.labelWidth + 40
        let values = ComparisonPanel(
            name: comparison.metric.name, points: arms.flatMap { $0.values.values },
            intervals: arms.compactMap { $0.estimate?.interval }, left: left,
            right: hasDifferences ? left + 290 : width - 40, top: top, bottom: bottom)
        var pieces = values.axes
        if let mean = comparison.baseline?.estimate?.mean { pieces += values.reference(mean) }
        let differences =
            hasDifferences
            ? ComparisonPanel(
                name: "difference to \(comparison.referenceName)",
                points: [0] + arms.flatMap { $0.difference.map { [$0.mean] } ?? [] },
                intervals: arms.compactMap { $0.difference?.interval }, left: left + 320,
                right: width - Self.wordsWidth - 10,
                top: top, bottom: bottom) : nil
        if let differences { pieces += differences.axes + differences.reference(0) }
        for (row, arm) in arms.enumerated() {
            let y = top + (Double(row) + 0.5) * rowHeight
            pieces.append(
                .tag("g", ["class": "arm"], label(arm, labels.lines[row], y: y) + marks(arm, y: y, values, differences))
            )
        }
        return pieces
    }

    private var noteTexts: [Markup] {
        noteLines.enumerated().map { index, note in
            Lettering.text(note, x: 20, y: 48 + 16 * Double(index), size: Lettering.small, ink: .quiet, name: "note")
        }
    }

    /// Each row's text with its difference, and its marks below.
    private var stacked: [Markup] {
        let values = ComparisonPanel(
            name: comparison.metric.name, points: arms.flatMap { $0.values.values },
            intervals: arms.compactMap { $0.estimate?.interval }, left: 28, right: width - 20, top: top, bottom: bottom)
        let baseline = comparison.baseline?.estimate?.mean
        var pieces: [Markup] = values.axis
        for (row, arm) in arms.enumerated() {
            let first = top + Double(row) * rowHeight + labels.size
            var y = first + labels.lineHeight * Double(labels.lines[row].count) + 1
            var words = label(arm, labels.lines[row], first: first)
            if let difference = arm.difference, let verdict = arm.verdict {
                let text = self.words(difference, verdict)
                y += 16
                words.append(
                    Lettering.text(
                        "\(text.number): \(text.verdict)", x: 20, y: y, size: Lettering.small, bold: true,
                        name: "difference-words"))
            }
            let strip = (y + 6, y + 6 + Self.stripHeight)
            var lines = values.grid(from: strip.0, to: strip.1)
            if let baseline { lines += values.reference(baseline, from: strip.0, to: strip.1) }
            pieces.append(.tag("g", ["class": "arm"], words + lines + marks(arm, y: strip.0 + 14, values, nil)))
        }
        return pieces
    }

    // MARK: Rows

    private func label(_ arm: Arm, _ lines: [String], y: Double) -> [Markup] {
        // The lines and the value below them form a block in the row's middle.
        label(arm, lines, first: y - (Double(lines.count) * labels.lineHeight + 14) / 2 + labels.size)
    }

    private func label(_ arm: Arm, _ lines: [String], first: Double) -> [Markup] {
        lines.enumerated().map { index, line in
            Lettering.text(
                line, x: 20, y: first + labels.lineHeight * Double(index), size: labels.size,
                bold: arm.isBaseline, name: "label")
        } + [
            Lettering.text(
                value(arm), x: 20, y: first + labels.lineHeight * Double(lines.count) + 1, size: Lettering.small,
                ink: .quiet, name: "value")
        ]
    }

    private func value(_ arm: Arm) -> String {
        guard let estimate = arm.estimate else { return "no value yet" }
        let precision = Numeral.Precision(estimate.interval?.halfWidth)
        let seeds = Numeral.count(estimate.count, "seed")
        guard let interval = estimate.interval else { return "\(precision.text(estimate.mean)), \(seeds)" }
        return "\(precision.text(estimate.mean)) (\(precision.text(interval.lower)) to "
            + "\(precision.text(interval.upper))), \(seeds)"
    }

    private func marks(
        _ arm: Arm, y: Double, _ values: ComparisonPanel, _ differences: ComparisonPanel?
    ) -> [Markup] {
        let isBaseline = arm.isBaseline
        let ink: Ink = isBaseline ? .baseline : .technique
        let shape: Marker.Shape = isBaseline ? .square : .circle
        var pieces = arm.values.sorted { $0.key < $1.key }.map { replicate, value in
            Marker.mark(
                .circle, x: values.x(value), y: y + 11, radius: 3, ink: ink, filled: false, name: "seed",
                title: "seed \(replicate): \(Numeral.metric(value))")
        }
        if let estimate = arm.estimate {
            pieces += values.whisker(estimate.interval, y: y - 4, ink: ink)
            pieces.append(
                Marker.mark(
                    shape, x: values.x(estimate.mean), y: y - 4, radius: 5, ink: ink, filled: true, name: "mean",
                    title: "mean \(Numeral.metric(estimate.mean))"))
        }
        guard let differences, let difference = arm.difference, let verdict = arm.verdict else { return pieces }
        pieces += differences.whisker(difference.interval, y: y + 4, ink: ink)
        let isBeyondNoise = [.better, .worse, .higher, .lower].contains(verdict)
        pieces.append(
            Marker.mark(
                .circle, x: differences.x(difference.mean), y: y + 4, radius: 5, ink: ink, filled: isBeyondNoise,
                name: "difference", title: "difference \(Numeral.metric(difference.mean))"))
        // Beside the panel, where no line crosses the text.
        let words = words(difference, verdict)
        pieces += zip([words.number, words.verdict], [0.0, 14]).map { text, below in
            Lettering.text(
                text, x: differences.right + 18, y: y + below, size: Lettering.small, bold: below == 0,
                name: "difference-words")
        }
        return pieces
    }

    private func words(_ difference: PairedDifference, _ verdict: Verdict) -> (number: String, verdict: String) {
        let precision = Numeral.Precision(difference.interval?.halfWidth)
        let word =
            switch verdict {
            case .better, .worse, .higher, .lower: verdict.rawValue
            case .undecided: "could be noise"
            case .identical: "the same"
            case .withoutSpread: "no spread to judge by"
            case .oneSeed: "one seed cannot tell"
            case .notYet: "not yet"
            case .equivalent: "equivalent"
            case .open: "goes on"
            }
        return (precision.signed(difference.mean), word)
    }

    // MARK: Words

    private var notes: [String] {
        let seeds = arms.contains { $0.estimate?.interval != nil }
        let reference = comparison.baseline == nil ? "" : "; square and dashed line: \(comparison.referenceName)"
        var notes = [
            (seeds ? "rings: each seed; marks: means with their 95 % interval" : "no interval can be told") + reference
        ]
        if canvas == .wide, arms.contains(where: { $0.difference?.interval != nil }) {
            notes[0] += "; right: filled where beyond noise"
        }
        if arms.count < comparison.arms.count {
            notes.append(
                comparison.baseline == nil
                    ? "drawn: the \(arms.count) best of \(comparison.arms.count) points"
                    : "drawn: \(comparison.referenceName) and the \(arms.count - 1) best of \(comparison.arms.count - 1) other points"
            )
        }
        return notes
    }

    private var summary: String {
        guard !arms.isEmpty else { return "An empty chart: there is no trial yet." }
        guard let baseline = comparison.baseline else {
            return arms.map { comparison.sentence($0) }.joined(separator: " ")
        }
        let first = "\(comparison.metric.name) of \(comparison.referenceName), \(baseline.label): \(value(baseline))."
        let others = arms.filter { !$0.isBaseline }.map { comparison.sentence($0) }
        return ([first] + others).joined(separator: " ")
    }
}
