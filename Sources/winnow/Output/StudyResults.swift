import Charts
import Console
import Experiments
import Foundation
import StudyStore

/// What came out of a study, as a table for people and as a JSON document for programs.
struct StudyResults {
    let folder: StudyFolder
    let rule: SelectionRule
    let trials: [TrialState]
    let winner: TrialState?

    init(folder: StudyFolder, rule: SelectionRule, state: StudyState) {
        self.folder = folder
        self.rule = rule
        trials = state.trials
        winner = state.winner(rule)
    }

    /// - Throws: where the study's own experiment file is damaged.
    init(_ reader: StudyReader) throws {
        let file = try ExperimentFile(text: reader.resolved, name: reader.folder.resolvedPath)
        self.init(folder: reader.folder, rule: file.experiment.train.select, state: reader.state)
    }

    // MARK: For people

    func table(columns width: Int?) -> String {
        let parameters = trials.first?.assignment.elements.map(\.path) ?? []
        let tests = Set(trials.flatMap { $0.outcome?.testMetrics.keys.map { $0 } ?? [] }).filter(Headlines.isHeadline)
            .sorted()
        var table = TextTable(
            ["trial", "state"] + parameters.map(shortName) + ["epochs", "best epoch", rule.monitor] + tests + ["time"])
        for trial in trials {
            let best = trial.selection(rule)
            let mark = trial.number == winner?.number ? "* " : ""
            var row = ["\(mark)\(trial.number)", trial.phase.rawValue]
            row += parameters.map { cell(trial.assignment[$0]) }
            row.append(String(trial.history.count))
            row.append(best.map { String($0.epoch) } ?? "")
            row.append(best.map { Numeral.metric($0.value) } ?? "")
            row += tests.map { trial.outcome?.testMetrics[$0].map(Numeral.metric) ?? "" }
            row.append(trial.history.last.map { Figure.duration($0.elapsedSeconds) } ?? "")
            table.add(row)
        }
        let notes = ModelFile.notes(on: trials, in: folder)
        return table.text(columns: width) + conclusion() + notes.map { "\($0)\n" }.joined()
            + (notes.isEmpty ? "" : "\n")
    }

    private func conclusion() -> String {
        guard let winner, let best = winner.selection(rule) else { return "\nno trial has been selected\n" }
        let metrics = Headlines.text(winner.outcome?.testMetrics ?? [:], separator: ", ")
        let test = metrics.isEmpty ? "" : "; \(metrics)"
        return """

            * selected: trial \(winner.number), epoch \(best.epoch), \(rule.monitor) \(Numeral.metric(best.value))\(test)
              model:    \(ModelFile(winner, in: folder).words ?? "none was saved")
              study:    \(folder.studyFilePath)

            """
    }

    /// The last part of a dotted path, unless another parameter ends alike.
    private func shortName(_ path: String) -> String {
        let last = path.split(separator: ".").last.map(String.init) ?? path
        let alike = trials.first?.assignment.elements.count { $0.path == last || $0.path.hasSuffix("." + last) } ?? 0
        return alike > 1 ? path : last
    }

    private func cell(_ value: ParameterValue?) -> String {
        guard let value else { return "" }
        return value.number.map(Numeral.metric) ?? value.description
    }

    // MARK: For programs

    private struct Document: Encodable {
        var study: String
        var monitor: String
        var goal: String
        var selectedTrial: Int?
        var trials: [TrialDocument]
    }

    func json() throws -> String {
        try JSONText.encode(
            Document(
                study: folder.path, monitor: rule.monitor, goal: rule.goal.rawValue, selectedTrial: winner?.number,
                trials: trials.map { TrialDocument($0, rule: rule, folder: folder, withHistory: false) }))
    }
}
