import Experiments
import Studies

/// The best trials, the best first.
struct ReportTrials {
    private let report: Report
    private let rule: SelectionRule

    /// The most trials of the table; the page's data have all of them.
    static let most = 100
    /// The most errors that are listed.
    private static let mostErrors = 20

    init(_ report: Report) {
        self.report = report
        rule = report.train.select
    }

    private var trials: [TrialState] { report.state.trials }

    var sections: [Markup] {
        guard !trials.isEmpty else { return [] }
        let (table, leftOut) = table.fitted()
        return [
            .tag(
                "section", [:],
                [
                    .tag("h2", text: "Trials"),
                    .tag("p", ["class": "quiet"], text: introduction),
                    table.markup,
                ] + notes(leftOut) + failures)
        ]
    }

    private var introduction: String {
        let order = "The best \(rule.monitor) first; the selected trial is marked with a star."
        guard trials.count > Self.most else { return order }
        return "The best \(Self.most) of \(trials.count) trials. \(order)"
    }

    /// The notes on what the table leaves out.
    private func notes(_ leftOut: [ReportTable.Column]) -> [Markup] {
        var sentences: [String] = []
        if trials.count > Self.most { sentences.append("Left out: \(trials.count - Self.most) further trials.") }
        if !leftOut.isEmpty {
            let names = leftOut.map { $0.title ?? $0.name }.joined(separator: ", ")
            sentences.append("Columns without room here: \(names).")
        }
        let others = report.ranking.entries.prefix(Self.most).count(where: \.hasOtherBudget)
        let budget =
            "!: trained for another budget than \(Numeral.count(report.terms.epochs ?? 0, "epoch")), and not compared."
        let marks = others == 0 ? [] : [Markup.tag("p", ["class": "quiet"], text: budget)]
        guard !sentences.isEmpty else { return marks }
        sentences.append("The data at the end of the page have all trials with all columns.")
        return marks + [.tag("p", ["class": "quiet", "id": "trials-left-out"], text: sentences.joined(separator: " "))]
    }

    private var failures: [Markup] {
        let failed = trials.filter { $0.outcome?.error != nil }
        guard !failed.isEmpty else { return [] }
        var items = failed.prefix(Self.mostErrors).map { trial in
            Markup.tag("li", text: "trial \(trial.number): \(trial.outcome?.error ?? "")")
        }
        if failed.count > Self.mostErrors {
            let rest = failed.count - Self.mostErrors
            items.append(
                .tag(
                    "li", text: "and \(Numeral.count(rest, "further trial")), with their errors in the data at the end")
            )
        }
        return [.tag("h3", text: "What failed"), .tag("ul", ["id": "errors"], items)]
    }

    private var table: ReportTable {
        let shown = report.ranking.entries.prefix(Self.most)
        let paths: [(name: String, isNumber: Bool)] = report.paths
        let tests = report.testMetrics
        // Columns that are equal in all rows matter least.
        let differing = paths.map { path in Set(shown.map { trials[$0.index].assignment[path.name] }).count > 1 }
        let hasOneState = Set(shown.map { trials[$0.index].phase }).count == 1
        let names = paths.map { $0.name }
        let (headlines, details) = (tests.filter { !Self.isDetail($0) }, tests.filter(Self.isDetail))
        // The metrics come first: a phone shows only the first columns.
        var columns: [ReportTable.Column] = [.init("trial"), .init(rule.monitor)]
        columns += headlines.map { .init($0, rank: 2) }
        for (path, differs) in zip(paths, differing) {
            let name = Self.shortName(path.name, among: names)
            columns.append(.init(name, isNumber: path.isNumber, title: path.name, rank: differs ? 1 : 6))
        }
        columns += [.init("seed", rank: 3), .init("best epoch", rank: 3), .init("epochs", rank: 4)]
        columns += details.map { .init($0, rank: 5) }
        columns += [.init("state", isNumber: false, rank: hasOneState ? 6 : 4), .init("time (s)", rank: 4)]
        var table = ReportTable(id: "trials", columns: columns)
        for entry in shown {
            let trial = trials[entry.index]
            let isWinner = trial.number == report.winner?.number
            var cells: [ReportTable.Cell] = [.number(entry.best?.value)]
            cells += headlines.map { .number(trial.outcome?.testMetrics[$0]) }
            cells += paths.map { path in
                let value = trial.assignment[path.name]
                return path.isNumber ? .number(value?.number) : .text(value?.description ?? "")
            }
            cells += [.whole(trial.replicate), .whole(entry.best?.epoch), .whole(trial.history.count)]
            cells += details.map { .number(trial.outcome?.testMetrics[$0]) }
            cells += [.text(trial.phase.rawValue), .number(trial.history.last?.elapsedSeconds)]
            table.rows.append(
                .init(
                    name: isWinner ? "★ \(trial.number)" : "\(trial.number)\(entry.hasOtherBudget ? " !" : "")",
                    cells: cells, isMarked: isWinner))
        }
        return table
    }

    /// Means of a confusion matrix that add little to accuracy and macro F1.
    private static func isDetail(_ metric: String) -> Bool {
        ["_macro_precision", "_macro_recall", "_weighted_precision", "_weighted_recall", "_weighted_f1"]
            .contains { metric.hasSuffix($0) }
    }

    /// A path's last part, unless another path ends in it as well.
    private static func shortName(_ path: String, among paths: [String]) -> String {
        func last(_ path: String) -> Substring { path.split(separator: ".").last ?? Substring(path) }
        return paths.count { last($0) == last(path) } > 1 ? path : String(last(path))
    }
}

/// All trials of a study, the best monitored value first, then those of another budget, then those without a value in the
/// order of their numbers.
struct TrialRanking {
    struct Entry {
        /// Its index in the study's trials.
        let index: Int
        let best: (epoch: Int, value: Double)?
        /// Whether it was trained for another budget than the study's.
        let hasOtherBudget: Bool
    }

    let entries: [Entry]

    init(_ trials: [TrialState], _ terms: StudyTerms) {
        entries = trials.enumerated().map {
            Entry(index: $0, best: $1.selection(terms.rule), hasOtherBudget: $1.hasOtherBudget(than: terms.epochs))
        }.sorted { one, other in
            switch (one.best?.value, other.best?.value) {
            case (.some, .some) where one.hasOtherBudget != other.hasOtherBudget: other.hasOtherBudget
            case (let first?, let second?) where first != second: terms.rule.goal.prefers(first, over: second)
            case (.some, nil): true
            case (nil, .some): false
            default: one.index < other.index
            }
        }
    }
}
