import ArgumentParser
import Charts
import Console
import Experiments
import Studies
import StudyStore

struct Results: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the table of a study's trials, finished or not.",
        discussion: """
            Of more than 100 trials the table shows those of the best points, the best point first.

            Example: winnow results studies/mnist --json
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    @Flag(help: "Every trial in the table, however many there are.")
    var all = false

    func run() throws {
        let results = try StudyResults(StudyReader(StudyFolder(study)))
        let rows = all ? results.trials.count : StudyResults.mostRows
        print(json ? try results.json() : results.table(columns: Terminal.output.columns, rows: rows), terminator: "")
    }
}

/// A study's results, as a table and as a JSON document.
struct StudyResults {
    /// Trials that a table shows where nobody asks for more.
    static let mostRows = 100

    let folder: StudyFolder
    let terms: StudyTerms
    let trials: [TrialState]
    let ranking: PointRanking
    /// The best trial of the selected point.
    let winner: TrialState?
    private let places: [Assignment: Int]

    init(folder: StudyFolder, terms: StudyTerms, state: StudyState) {
        self.folder = folder
        self.terms = terms
        trials = state.trials
        ranking = state.ranking(terms)
        winner = ranking.winner?.best.map { state.trials[$0] }
        places = Dictionary(uniqueKeysWithValues: ranking.standings.enumerated().map { ($1.assignment, $0) })
    }

    /// - Throws: if the study's own experiment file is damaged.
    init(_ reader: StudyReader) throws {
        let file = try ExperimentFile(text: reader.resolved, name: reader.folder.resolvedPath)
        self.init(folder: reader.folder, terms: StudyTerms(file.experiment), state: reader.state)
    }

    var rule: SelectionRule { terms.rule }

    /// The standing of the trial's point.
    func standing(of trial: TrialState) -> PointRanking.Standing? {
        places[trial.assignment].map { ranking.standings[$0] }
    }

    /// "3 seeds", "2 of 3 seeds".
    func seeds(of standing: PointRanking.Standing) -> String {
        let all = standing.trials.count
        let count = standing.count == all ? "\(all)" : "\(standing.count) of \(all)"
        return "\(count) seed\(all == 1 ? "" : "s")"
    }

    // MARK: For people

    /// The most important columns come first, since a narrow terminal leaves out the last ones.
    ///
    /// - Parameter rows: of more trials than that, those of the best points are shown, the best point first.
    func table(columns width: Int?, rows: Int = mostRows) -> String {
        let parameters = paths
        let tests = Set(trials.flatMap { $0.outcome?.testMetrics.keys.map { $0 } ?? [] }).filter(isShown).sorted()
        let states = Set(trials.map(\.phase)).count > 1
        let points = ranking.standings.contains { $0.trials.count > 1 }
        let names = SettingLabels.names(of: parameters)
        var table = TextTable(
            ["trial"] + (states ? ["state"] : []) + [rule.monitor] + tests + (points ? ["point"] : [])
                + parameters.map { names[$0] ?? $0 } + ["epochs", "best epoch", "time"])
        for trial in shown(rows) {
            let best = trial.selection(rule)
            let mark = trial.number == winner?.number ? "* " : trial.hasOtherBudget(than: terms.epochs) ? "! " : ""
            var row = ["\(mark)\(trial.number)"]
            if states { row.append(trial.phase.rawValue) }
            row.append(best.map { Numeral.metric($0.value) } ?? "")
            row += tests.map { trial.outcome?.testMetrics[$0].map(Numeral.metric) ?? "" }
            if points { row.append(String(trial.point)) }
            row += parameters.map { cell(trial.assignment[$0]) }
            row.append(String(trial.history.count))
            row.append(best.map { String($0.epoch) } ?? "")
            row.append(trial.history.last.map { Figure.duration($0.elapsedSeconds) } ?? "")
            table.add(row)
        }
        let notes = ModelFile.notes(on: trials, in: folder)
        return table.text(columns: width) + "\n" + omission(rows) + budgets() + conclusion()
            + notes.map { "\($0)\n" }.joined()
            + (notes.isEmpty ? "" : "\n")
    }

    private func shown(_ rows: Int) -> [TrialState] {
        guard trials.count > rows else { return trials }
        return ranking.order.lazy.flatMap { ranking.standings[$0].trials }.prefix(rows).map { trials[$0] }
    }

    private func omission(_ rows: Int) -> String {
        guard trials.count > rows else { return "" }
        return "the best \(rows) of \(trials.count) trials; every one: winnow results \(folder.path) --all, or --json\n"
    }

    /// All keys that any trial sets, in order of appearance.
    private var paths: [String] {
        var known: Set<String> = []
        return ranking.standings.flatMap { $0.assignment.elements.map(\.path) }.filter { known.insert($0).inserted }
    }

    /// Whether the table shows a test metric: the headlines, and the one that corresponds to the monitored metric.
    private func isShown(_ name: String) -> Bool {
        Headlines.isHeadline(name) || name.dropFirst("test_".count) == rule.monitor.dropFirst("validation_".count)
    }

    private func budgets() -> String {
        let count = trials.count { $0.hasOtherBudget(than: terms.epochs) }
        guard count > 0 else { return "" }
        return
            "! trained for another number of epochs than the study's \(terms.epochs ?? 0): neither averaged nor compared with "
            + "the others\n"
    }

    private func conclusion() -> String {
        guard let winner, let standing = ranking.winner, let best = winner.selection(rule) else {
            return "no trial has been selected\n"
        }
        let metrics = Headlines.text(winner.outcome?.testMetrics ?? [:], separator: ", ")
        let test = metrics.isEmpty ? "" : "; \(metrics)"
        let trial = "trial \(winner.number), epoch \(best.epoch), \(rule.monitor) \(Numeral.metric(best.value))\(test)"
        let lines =
            standing.trials.count > 1
            ? ["* selected: \(words(standing))", "  its best: \(trial)"] : ["* selected: \(trial)"]
        let model = ModelFile(winner, in: folder)
        let places = [
            model == .none ? nil : "  model:    \(model.words ?? "")", "  study:    \(folder.studyFilePath)",
        ].compactMap { $0 }
        return (lines + places).map { $0 + "\n" }.joined()
    }

    private func words(_ standing: PointRanking.Standing) -> String {
        let waiting = ranking.standings.count { !$0.competes }
        let rest = waiting > 0 ? "; \(waiting) with fewer seeds completed do not compete" : ""
        return "point \(standing.point), the best mean \(rule.monitor) of \(ranking.standings.count) point"
            + "\(ranking.standings.count == 1 ? "" : "s"): \(Numeral.metric(standing.mean ?? .nan)) over "
            + "\(seeds(of: standing))\(rest)"
    }

    private func cell(_ value: ParameterValue?) -> String {
        if case .double(let number) = value { return Numeral.metric(number) }
        return value?.description ?? ""
    }
}

/// The documents of `--json`.
extension StudyResults {
    /// The selected point and all trials, without their history.
    func json() throws -> String {
        let point = ranking.winner.map {
            JSONObject(["point": $0.point, "mean": $0.mean, "count": $0.count, "trials": $0.trials])
        }
        return try JSONObject([
            "study": folder.path, "monitor": rule.monitor, "goal": rule.goal.rawValue, "epochs": terms.epochs,
            "selectedTrial": winner?.number, "selectedPoint": point,
            "trials": trials.map { json(of: $0, withHistory: false) },
        ]).text()
    }

    /// One trial; its history includes the confusion matrices and reliability of the selected epoch.
    func json(of trial: TrialState, withHistory: Bool) -> JSONObject {
        let (outcome, best, standing) = (trial.outcome, trial.selection(rule), standing(of: trial))
        let model = ModelFile(trial, in: folder)
        let confusion = withHistory ? outcome?.confusion?.mapValues(Self.json) : nil
        let calibration = withHistory ? outcome?.reliability?.mapValues(Self.json) : nil
        let history = withHistory ? trial.history.map(Self.json) : nil
        let isSelected = trial.number == winner?.number
        let worker = trial.worker.isEmpty ? nil : trial.worker
        return JSONObject([
            "trial": trial.number, "state": trial.phase.rawValue, "point": trial.point,
            "replicate": trial.replicate,
            // Over the trials of its point that count.
            "pointMean": standing?.mean, "pointCount": standing?.count ?? 0, "selected": isSelected,
            "otherBudget": trial.hasOtherBudget(than: terms.epochs), "seed": trial.seed,
            "parameters": trial.assignment.json, "attempts": trial.attempt, "worker": worker,
            "epochs": trial.history.count, "bestEpoch": best?.epoch, "bestValue": best?.value,
            "stopReason": outcome?.stopReason.rawValue, "stopEpoch": outcome?.stopEpoch,
            "wouldHaveStoppedAt": outcome?.wouldHaveStoppedAt, "testMetrics": outcome?.testMetrics ?? [:],
            "confusion": confusion, "calibration": calibration, "pseudoLabels": outcome?.pseudoLabels,
            "trainingSeconds": trial.history.last?.elapsedSeconds, "checkpoint": model.path,
            "checkpointState": model.state, "error": outcome?.error, "history": history,
        ])
    }

    /// The counts have a row for each true class.
    static func json(_ matrix: ConfusionMatrix) -> JSONObject {
        let indices = matrix.classes.indices
        return JSONObject([
            "classes": matrix.classes, "counts": indices.map { row in indices.map { matrix[row, $0] } },
        ])
    }

    static func json(_ reliability: Reliability) -> JSONObject {
        JSONObject([
            "temperature": reliability.calibrated?.temperature, "calibratedError": reliability.calibrated?.error,
            "bins": reliability.bins.map { bin in
                JSONObject(["samples": bin.count, "confidence": bin.confidence, "right": bin.right])
            },
        ])
    }

    private static func json(_ row: EpochResult) -> JSONObject {
        JSONObject([
            "epoch": row.epoch, "attempt": row.id.attempt, "metrics": row.metrics.asDictionary,
            "learningRate": row.learningRate,
            "elapsedSeconds": row.elapsedSeconds,
        ])
    }
}
