import Charts
import Console
import Experiments
import StudyStore

/// One trial in full: its parameters, every epoch, how it ended.
struct TrialReport {
    private let results: StudyResults
    private let trial: TrialState

    init(_ results: StudyResults, trial: Int) {
        self.results = results
        self.trial = results.trials[trial]
    }

    func json() throws -> String {
        try JSONText.encode(
            TrialDocument(trial, rule: results.rule, folder: results.folder, withHistory: true))
    }

    func text() -> String {
        var lines = [
            "trial \(trial.number): \(trial.phase.rawValue)\(trial.number == results.winner?.number ? ", selected" : "")"
        ]
        lines += trial.assignment.elements.map { "  \($0.path): \($0.value)" }
        lines.append("  seed: \(trial.seed) (replicate \(trial.replicate) of point \(trial.point))")
        if trial.attempt > 0 {
            let ends = trial.processEnds.map { " (\($0.summary(of: trial.lostAttempts)))" } ?? ""
            let lost = trial.lostAttempts > 0 ? ", \(trial.lostAttempts) lost their worker\(ends)" : ""
            lines.append("  attempts: \(trial.attempt)\(lost); the newest on \(trial.worker)")
        }
        if let outcome = trial.outcome {
            lines.append("  stopped: after epoch \(outcome.stopEpoch) (\(reason(outcome)))")
            if let epoch = outcome.wouldHaveStoppedAt {
                lines.append("  early stopping would have stopped it after epoch \(epoch)")
            }
            if let labels = outcome.pseudoLabels {
                lines.append(
                    "  pseudo-labels: \(labels.kept) of \(labels.offered) unlabelled samples were sure enough"
                        + (labels.known > 0 ? ", \(labels.right) of \(labels.known) rightly labelled" : ""))
            }
            lines += outcome.testMetrics.sorted { $0.key < $1.key }.map { "  \($0.key): \(Numeral.metric($0.value))" }
        }
        if let model = ModelFile(trial, in: results.folder).words {
            lines.append("  model: \(model)")
        }
        return lines.joined(separator: "\n") + "\n\n" + history() + confusion()
    }

    private func reason(_ outcome: TrialOutcome) -> String {
        switch outcome.stopReason {
        case .budget: "the budget"
        case .earlyStopping: "early stopping"
        case .error: outcome.error ?? "an error"
        }
    }

    /// Of the selected epoch.
    private func confusion() -> String {
        ["validation", "test"].compactMap { part in
            trial.outcome?.confusion?[part].map { ConfusionText(matrix: $0, part: part) }
        }.map { "\n" + $0.text(columns: Terminal.output.columns) }.joined()
    }

    private func history() -> String {
        let names = Set(trial.history.flatMap { $0.metrics.keys }).sorted()
        let best = trial.selection(results.rule)?.epoch
        var table = TextTable(["epoch"] + names + ["time"])
        for row in trial.history {
            table.add(
                [(row.epoch == best ? "* " : "") + String(row.epoch)]
                    + names.map { row.metrics[$0].map(Numeral.metric) ?? "" } + [Figure.duration(row.elapsedSeconds)])
        }
        return table.text(columns: Terminal.output.columns)
    }
}
