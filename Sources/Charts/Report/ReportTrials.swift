internal import Experiments

/// All trials, the best first.
struct ReportTrials {
    private let report: Report
    private let rule: SelectionRule

    init(_ report: Report) {
        self.report = report
        rule = report.train.select
    }

    var sections: [Markup] {
        guard !report.state.trials.isEmpty else { return [] }
        let errors = report.state.trials.compactMap { trial in
            trial.outcome?.error.map { Markup.tag("li", text: "trial \(trial.number): \($0)") }
        }
        let failures: [Markup] =
            errors.isEmpty ? [] : [.tag("h3", text: "What failed"), .tag("ul", ["id": "errors"], errors)]
        return [
            .tag(
                "section", [:],
                [
                    .tag("h2", text: "Trials"),
                    .tag(
                        "p", ["class": "quiet"],
                        text: "The best \(rule.monitor) first; the selected trial is marked with a star."),
                    table.markup,
                ] + failures)
        ]
    }

    private var sorted: [TrialState] {
        report.state.trials.map { (trial: $0, value: $0.selection(rule)?.value) }.sorted { one, other in
            switch (one.value, other.value) {
            case (let first?, let second?) where first != second: rule.goal.prefers(first, over: second)
            case (.some, nil): true
            case (nil, .some): false
            default: one.trial.number < other.trial.number
            }
        }.map(\.trial)
    }

    private var table: ReportTable {
        let trials = sorted
        var paths: [String] = []
        for element in report.state.trials.flatMap({ $0.assignment.elements }) where !paths.contains(element.path) {
            paths.append(element.path)
        }
        let tests = Set(trials.flatMap { $0.outcome?.testMetrics.keys.map { $0 } ?? [] }).sorted()
        let isNumber = paths.map { path in
            trials.allSatisfy { $0.assignment[path] == nil || $0.assignment[path]?.number != nil }
        }
        var table = ReportTable(
            id: "trials",
            columns: [.init("trial"), .init("state", isNumber: false)]
                + zip(paths, isNumber).map { .init(Self.shortName($0, among: paths), isNumber: $1, title: $0) }
                + [.init("seed"), .init("epochs"), .init("best epoch"), .init(rule.monitor)]
                + tests.map { .init($0) } + [.init("time (s)")])
        for trial in trials {
            let best = trial.selection(rule)
            let isWinner = trial.number == report.winner?.number
            var cells: [ReportTable.Cell] = [.text(trial.phase.rawValue)]
            cells += zip(paths, isNumber).map { path, isNumber in
                let value = trial.assignment[path]
                return isNumber ? .number(value?.number) : .text(value?.description ?? "")
            }
            cells += [.whole(trial.replicate), .whole(trial.history.count), .whole(best?.epoch), .number(best?.value)]
            cells += tests.map { .number(trial.outcome?.testMetrics[$0]) }
            cells.append(.number(trial.history.last?.elapsedSeconds))
            table.rows.append((.text(isWinner ? "★ \(trial.number)" : "\(trial.number)"), cells, isWinner))
        }
        return table
    }

    /// A path's last part, unless another one ends alike.
    private static func shortName(_ path: String, among paths: [String]) -> String {
        func last(_ path: String) -> Substring { path.split(separator: ".").last ?? Substring(path) }
        return paths.count { last($0) == last(path) } > 1 ? path : String(last(path))
    }
}
