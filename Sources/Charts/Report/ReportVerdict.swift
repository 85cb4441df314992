internal import Experiments
internal import Studies
internal import Search

/// The report's winner, and whether its difference is more than noise.
struct ReportVerdict {
    private let report: Report

    init(_ report: Report) { self.report = report }

    private var comparison: Comparison { report.comparison }
    /// The most sentences; more are summed up by verdict.
    private static let mostSentences = 12

    var picture: Picture { picture(.wide, id: "comparison") }

    private func picture(_ canvas: Canvas, id: String) -> Picture {
        let title = "\(canvas == .wide ? "Baseline and techniques: " : "")\(comparison.metric.name)"
        return ComparisonChart(title: title, comparison: comparison, canvas: canvas).picture(id: id)
    }

    var sections: [Markup] {
        var content: [Markup] = [.tag("h2", text: "What won"), .tag("p", ["id": "winner"], text: winnerWords)]
        if let tally = report.winner?.outcome?.pseudoLabels {
            content.append(.tag("p", ["id": "pseudo-labels"], text: Self.words(tally)))
        }
        content.append(.tag("h2", text: "Is it more than noise?"))
        if report.state.trials.count > 1, report.winner != nil, comparison.baseline != nil {
            content.append(
                .tag(
                    "p", ["class": "quiet"],
                    text: "The best of many values is flattered by chance. Here every point is compared with "
                        + "\(comparison.referenceName) over the seeds that both have."))
        }
        content.append(.tag("ul", ["id": "verdicts"], sentences.map { .tag("li", text: $0) }))
        if !comparison.arms.isEmpty {
            content.append(Report.figure(id: "comparison") { picture($0, id: $1) })
            content.append(table.markup)
            content += leftOut
        }
        return [.tag("section", [:], content)]
    }

    private var winnerWords: String {
        guard let winner = report.winner, let best = winner.selection(report.train.select) else {
            return "No trial has won yet: none is completed with a finite \(report.train.select.monitor)."
        }
        let settings = comparison.arm(of: winner).map { " (\(comparison.words($0)))" } ?? ""
        let tests = (winner.outcome?.testMetrics ?? [:]).sorted { $0.key < $1.key }
            .map { "\($0.key) \(Numeral.metric($0.value))" }
        let point = comparison.selected
        let seeds =
            point.map {
                $0.trials > 1
                    ? "The best trial of point \($0.point), whose mean \(report.train.select.monitor) over its seeds, "
                        + "\(Numeral.metric($0.monitored ?? .nan)), is the best of all points: " : ""
            } ?? ""
        let onTest = tests.isEmpty ? "" : " On the test part, evaluated once: \(tests.joined(separator: ", "))."
        return seeds
            + "\(seeds.isEmpty ? "Trial" : "trial") \(winner.number)\(settings), epoch \(best.epoch) of \(winner.history.count): "
            + "\(report.train.select.monitor) \(Numeral.metric(best.value)).\(onTest)"
    }

    /// The winner's sentence first.
    private var sentences: [String] {
        guard comparison.arms.count > 1, comparison.baseline != nil else { return comparison.sentences }
        let others = comparison.others
        guard others.count > Self.mostSentences else { return comparison.sentences }
        var sentences: [String] = []
        if let winner = report.winner, let arm = comparison.arm(of: winner) {
            sentences.append(
                arm.isBaseline ? "The winner is a trial of \(comparison.referenceName)." : comparison.sentence(arm))
        }
        let counts: [(Verdict, String)] = [
            (.better, "better than \(comparison.referenceName)"), (.worse, "worse"), (.higher, "higher"),
            (.lower, "lower"),
            (.undecided, "not told from noise"), (.identical, "the same"), (.withoutSpread, "without a spread"),
            (.equivalent, "equivalent within the margin"), (.open, "not told yet"),
            (.oneSeed, "compared by one seed alone"), (.notYet, "without a seed in common yet"),
        ]
        let parts = counts.compactMap { verdict, words in
            let count = others.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(words)" : nil
        }
        return sentences + ["Of \(others.count) other points: \(parts.joined(separator: ", "))."]
    }

    /// The most points of the table; the page's data have all of them.
    private static let mostPoints = 100

    private var leftOut: [Markup] {
        let count = comparison.arms.count - Self.mostPoints
        guard count > 0 else { return [] }
        return [
            .tag(
                "p", ["class": "quiet", "id": "arms-left-out"],
                text: "The best \(Self.mostPoints) of \(comparison.arms.count) points. Left out: "
                    + "\(Numeral.count(count, "further point")); the data at the end of the page have all of them.")
        ]
    }

    private var table: ReportTable {
        var table = ReportTable(
            id: "arms",
            columns: [
                .init("point"), .init("settings", isNumber: false), .init("seeds"), .init(comparison.metric.name),
                .init("95 % interval"),
                .init("difference"), .init("95 % interval"), .init("p"), .init("time (s)"),
            ])
        for arm in comparison.best(Self.mostPoints) {
            table.rows.append(
                .init(
                    name: "\(arm.point)",
                    cells: [
                        .text(arm.isNumbered ? "\(arm.shortLabel): \(arm.label)" : comparison.words(arm)),
                        .whole(arm.values.count), .number(arm.estimate?.mean),
                        .range(arm.estimate?.interval),
                        .number(arm.difference?.mean), .range(arm.difference?.interval),
                        .number(arm.adjustedP), .number(arm.seconds),
                    ]))
        }
        return table
    }

    private static func words(_ tally: PseudoLabelTally) -> String {
        let known =
            tally.known > 0 ? "; of \(tally.known) whose truth is known, it labelled \(tally.right) rightly" : ""
        return "Of \(tally.offered) unlabelled samples its teacher was sure enough of \(tally.kept)\(known)."
    }
}
