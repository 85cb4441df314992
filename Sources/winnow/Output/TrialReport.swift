import Charts
import Console
import Experiments
import Studies
import StudyStore

/// One trial in full: its parameters, every epoch, how it ended.
struct TrialReport {
    private let results: StudyResults
    private let trial: TrialState

    init(_ results: StudyResults, trial: Int) {
        self.results = results
        self.trial = results.trials[trial]
    }

    func json() throws -> String { try results.json(of: trial, withHistory: true).text() }

    func text() -> String {
        var lines = [
            "trial \(trial.number): \(trial.phase.rawValue)\(trial.number == results.winner?.number ? ", selected" : "")"
        ]
        lines += standing()
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
        if let model = ModelFile(trial, in: results.folder).words { lines.append("  model: \(model)") }
        return lines.joined(separator: "\n") + "\n\n" + history() + confusion()
    }

    /// The standing of its point, if that has several seeds; or that the trial is excluded.
    private func standing() -> [String] {
        if trial.hasOtherBudget(than: results.terms.epochs) {
            return ["  left out of means and comparisons: the study's trials have \(results.terms.epochs ?? 0) epochs"]
        }
        guard let standing = results.standing(of: trial), standing.trials.count > 1, let mean = standing.mean else {
            return []
        }
        let words = "mean \(results.rule.monitor) \(Numeral.metric(mean)) over \(results.seeds(of: standing))"
        guard standing.point == results.ranking.winner?.point, let winner = results.winner else {
            return ["  point \(trial.point): \(words)"]
        }
        let own = trial.number == winner.number ? "this is its best trial" : "trial \(winner.number) is its best"
        return ["  point \(trial.point), which the study selects: the best \(words); \(own)"]
    }

    private func reason(_ outcome: TrialOutcome) -> String {
        outcome.stopReason == .error ? outcome.error ?? "an error" : outcome.stopReason.words
    }

    /// The matrices of the selected epoch.
    private func confusion() -> String {
        ["validation", "test"].compactMap { part in
            trial.outcome?.confusion?[part].map { ConfusionText(matrix: $0, part: part) }
        }.map { "\n" + $0.text(columns: Terminal.output.columns) }.joined()
    }

    private func history() -> String {
        let names = Set(trial.history.flatMap { $0.metrics.names }).sorted()
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

/// A confusion matrix as text: counts with a row for each true class, and each class's measures.
struct ConfusionText {
    let matrix: ConfusionMatrix
    /// `validation` or `test`.
    let part: String

    /// The most classes of a full table; a larger one is wider than any terminal.
    private static let mostCounted = 40
    private static let mostListed = 20

    func text(columns width: Int?) -> String {
        guard matrix.classes.count <= Self.mostCounted else {
            return "confusion on \(part): of \(matrix.classes.count) classes, those most often taken for others\n"
                + worst.text(columns: width) + "\n" + measures.text(columns: width)
        }
        return "confusion on \(part): rows are the true classes, columns the predicted ones\n"
            + counts.text(columns: width) + "\n" + measures.text(columns: width)
    }

    private var counts: TextTable {
        var table = TextTable([""] + matrix.classes)
        for (index, name) in matrix.classes.enumerated() {
            table.add([name] + matrix.classes.indices.map { String(matrix[index, $0]) })
        }
        return table
    }

    private var worst: TextTable {
        var table = TextTable(["true class", "predicted as", "samples", "of the class"])
        for cell in matrix.worstConfusions(Self.mostListed) {
            table.add([
                matrix.classes[cell.expected], matrix.classes[cell.predicted], String(cell.count),
                String(matrix.support(cell.expected)),
            ])
        }
        return table
    }

    private var measures: TextTable {
        var table = TextTable(["class", "precision", "recall", "f1", "samples"])
        for (index, name) in matrix.classes.enumerated() {
            table.add(
                [name]
                    + [matrix.precision(index), matrix.recall(index), matrix.f1(index)].map(Numeral.metric)
                    + [String(matrix.support(index))])
        }
        let measures = [ConfusionMatrix.precision, ConfusionMatrix.recall, ConfusionMatrix.f1]
        table.add(["macro mean"] + measures.map { Numeral.metric(matrix.macro($0)) } + [String(matrix.sampleCount)])
        table.add(
            ["weighted mean"] + measures.map { Numeral.metric(matrix.weighted($0)) } + [String(matrix.sampleCount)])
        return table
    }
}
