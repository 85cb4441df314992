internal import Experiments
package import Search

/// Baseline and techniques as dots with 95 % intervals, each seed as a point, and beside them the paired differences.
///
/// The baseline is a square, a technique a circle; in the right panel a filled mark is a difference beyond noise.
package struct ComparisonChart: Sendable {
    private let title: String
    private let comparison: Comparison
    private let arms: [Arm]

    /// - Parameter limit: the most arms that are drawn: the baseline and those with the best means.
    package init(title: String, comparison: Comparison, limit: Int = 24) {
        self.title = title
        self.comparison = comparison
        arms = ComparisonChart.shown(of: comparison, limit: max(1, limit))
    }

    private static let width = 860.0
    private static let labelWidth = 250.0
    private static let rowHeight = 54.0
    private var top: Double { 50 + 16 * Double(notes.count) }
    private var bottom: Double { top + Self.rowHeight * Double(arms.count) }

    package func picture(id: String) -> Picture {
        let hasValues = arms.contains { $0.estimate != nil }
        return Picture(
            id: id, title: title, summary: summary, width: Self.width,
            height: hasValues ? bottom + 62 : 160,
            content: [
                Lettering.heading(title, width: Self.width)
            ] + (hasValues ? drawing : [absence]))
    }

    private var absence: Markup {
        Lettering.text(
            "no trial has given a \(comparison.metric.name) yet", x: Self.width / 2, y: 90, anchor: .middle, size: 16,
            ink: .quiet, name: "note")
    }

    private var drawing: [Markup] {
        let hasDifferences = arms.contains { $0.difference != nil }
        let left = Self.labelWidth + 20
        let values = ComparisonPanel(
            name: comparison.metric.name, points: arms.flatMap { $0.values.values },
            intervals: arms.compactMap { $0.estimate?.interval }, left: left,
            right: hasDifferences ? left + 270 : Self.width - 40, top: top, bottom: bottom)
        var pieces = values.axes
        if let mean = comparison.baseline?.estimate?.mean { pieces += values.reference(mean) }
        let differences =
            hasDifferences
            ? ComparisonPanel(
                name: "difference to the baseline",
                points: [0] + arms.flatMap { $0.difference.map { [$0.mean] } ?? [] },
                intervals: arms.compactMap { $0.difference?.interval }, left: left + 310, right: Self.width - 30,
                top: top, bottom: bottom) : nil
        if let differences { pieces += differences.axes + differences.reference(0) }
        for (row, arm) in arms.enumerated() {
            let y = top + (Double(row) + 0.5) * Self.rowHeight
            pieces.append(
                .tag("g", ["class": "arm"], label(arm, y: y) + marks(arm, y: y, values, differences)))
        }
        pieces += notes.enumerated().map { index, note in
            Lettering.text(note, x: 20, y: 48 + 16 * Double(index), size: Lettering.small, ink: .quiet, name: "note")
        }
        return pieces
    }

    // MARK: Rows

    private func label(_ arm: Arm, y: Double) -> [Markup] {
        let lines = ComparisonLabel.lines(arm, to: Self.labelWidth - 10)
        let first = y - (lines.count > 1 ? 12 : 5)
        return lines.enumerated().map { index, line in
            Lettering.text(
                line, x: 20, y: first + 15 * Double(index), bold: arm.point == comparison.baseline?.point, name: "label"
            )
        } + [
            Lettering.text(
                value(arm), x: 20, y: first + 15 * Double(lines.count) + 1, size: Lettering.small, ink: .quiet,
                name: "value")
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
        let isBaseline = arm.verdict == nil
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
        pieces.append(
            Lettering.text(
                words(difference, verdict), x: (differences.left + differences.right) / 2, y: y - 10, anchor: .middle,
                size: Lettering.small, name: "difference-words"))
        return pieces
    }

    private func words(_ difference: PairedDifference, _ verdict: Verdict) -> String {
        let precision = Numeral.Precision(difference.interval?.halfWidth)
        let word =
            switch verdict {
            case .better, .worse, .higher, .lower: verdict.rawValue
            case .undecided: "could be noise"
            case .identical: "the same"
            case .withoutSpread: "no spread to judge by"
            case .oneSeed: "one seed cannot tell"
            case .notYet: "not yet"
            }
        return "\(precision.signed(difference.mean)): \(word)"
    }

    // MARK: Words

    private var notes: [String] {
        let seeds = arms.contains { $0.estimate?.interval != nil }
        var notes = [
            seeds
                ? "rings: each seed; marks: means with their 95 % interval; square and dashed line: the baseline"
                : "one seed each: no interval can be told; square and dashed line: the baseline"
        ]
        if arms.contains(where: { $0.difference?.interval != nil }) {
            notes[0] += "; right: filled where beyond noise"
        }
        if arms.count < comparison.arms.count {
            notes.append(
                "drawn: the baseline and the \(arms.count - 1) best of \(comparison.arms.count - 1) other points")
        }
        return notes
    }

    private var summary: String {
        guard let baseline = comparison.baseline else { return "An empty chart: there is no trial yet." }
        let first = "\(comparison.metric.name) of the baseline, \(baseline.label): \(value(baseline))."
        let others = arms.filter { $0.verdict != nil }.map { comparison.sentence($0) }
        return ([first] + others).joined(separator: " ")
    }

    private static func shown(of comparison: Comparison, limit: Int) -> [Arm] {
        guard comparison.arms.count > limit, let baseline = comparison.baseline else { return comparison.arms }
        let sign: Double = comparison.metric.goal == .minimize ? 1 : -1
        let others = comparison.arms.dropFirst().sorted {
            (sign * ($0.estimate?.mean ?? sign * .infinity), $0.point)
                < (sign * ($1.estimate?.mean ?? sign * .infinity), $1.point)
        }
        return [baseline] + others.prefix(limit - 1)
    }
}
