internal import Experiments
internal import Studies
internal import Search

/// Every point and every trial with every column, as CSV (RFC 4180) in the page itself; the tables show only the best.
///
/// A trial's columns are named as in `study.h5`, and numbers are not rounded.
struct ReportData {
    private let report: Report

    init(_ report: Report) { self.report = report }

    var sections: [Markup] {
        guard !report.state.trials.isEmpty else { return [] }
        let trials = Numeral.count(report.state.trials.count, "trial")
        let points = Numeral.count(report.comparison.arms.count, "point")
        return [
            .tag(
                "section", [:],
                [.tag("h2", text: "The data")]
                    + [
                        ("data-trials", "All of \(trials) as CSV", self.trials),
                        ("data-points", "All of \(points) as CSV", self.points),
                    ]
                    .map { id, words, text in
                        .tag("details", [:], [.tag("summary", text: words), .tag("pre", ["id": id], text: text)])
                    })
        ]
    }

    /// A line for each point, in the order in which they were planned.
    private var points: String {
        let metric = report.comparison.metric.name
        var lines =
            [
                "point", "settings", "seeds", metric, "lower", "upper", "difference", "difference_lower",
                "difference_upper",
            ]
            .map(\.tableCell).joined(separator: ",") + ",p,verdict,elapsed_s\n"
        for arm in report.comparison.arms {
            lines += "\(arm.point),\(arm.label.tableCell),\(arm.values.count)"
            let numbers = [
                arm.estimate?.mean, arm.estimate?.interval?.lower, arm.estimate?.interval?.upper, arm.difference?.mean,
                arm.difference?.interval?.lower, arm.difference?.interval?.upper, arm.adjustedP,
            ]
            for number in numbers {
                lines += ","
                if let number { lines += "\(number)" }
            }
            lines += ",\(arm.verdict?.rawValue ?? ""),"
            if let seconds = arm.seconds { lines += "\(seconds)" }
            lines += "\n"
        }
        return lines
    }

    /// A header line, then a line for each trial, by number.
    private var trials: String {
        let (paths, tests) = (report.paths, report.testMetrics)
        var lines = ""
        let names =
            ["trial_id", "state_name", "point", "replicate", "seed"] + paths.map { "param.\($0.name)" }
            + ["epochs", "best_epoch", "best_value"] + tests + ["elapsed_s", "error"]
        lines += names.map(\.tableCell).joined(separator: ",") + "\n"
        for entry in report.ranking.entries.sorted(by: { $0.index < $1.index }) {
            let trial = report.state.trials[entry.index]
            lines += "\(trial.number),\(trial.phase.rawValue),\(trial.point),\(trial.replicate),\(trial.seed)"
            for path in paths {
                lines += ","
                if let value = trial.assignment[path.name] { lines += value.description.tableCell }
            }
            lines += ",\(trial.history.count)"
            if let best = entry.best { lines += ",\(best.epoch),\(best.value)" } else { lines += ",," }
            for test in tests {
                lines += ","
                if let value = trial.outcome?.testMetrics[test] { lines += "\(value)" }
            }
            lines += ","
            if let seconds = trial.history.last?.elapsedSeconds { lines += "\(seconds)" }
            lines += "," + (trial.outcome?.error ?? "").tableCell + "\n"
        }
        return lines
    }
}
