import ArgumentParser
import Experiments
import Studies
import Foundation
import StudyStore

/// Makes a study that nobody trained, to see what reading a long one costs: `winnow report`, `compare`, `results`.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Writes a completed study of made-up results.")

    @Argument(help: "The folder in which the study is made; it must not exist.")
    var folder: String

    @Option(help: "Points of the search space.")
    var points = 20_000

    @Option(help: "Trials of each point.")
    var seeds = 1

    @Option(help: "Epochs of each trial.")
    var epochs = 3

    @Option(help: "Classes of each trial's confusion matrices; 0 for none.")
    var classes = 0

    func run() throws {
        guard !FileManager.default.fileExists(atPath: folder) else { throw ValidationError("\(folder) exists") }
        let study = StudyFolder(folder)
        let text = """
            name: made-up
            data: {source: digits}
            model: {preset: mlp}
            train: {epochs: \(epochs)}
            search:
              sampler: random
              trials: \(points)
              seeds: \(seeds)
              parameters:
                optimizer.learning_rate: {min: 1.0e-4, max: 0.1, scale: log}
                model.dropout: {min: 0.0, max: 0.5}

            """
        let resolved = try ExperimentFile(text: text, name: "made-up.yaml").resolvedYAML()
        let journal = try Journal.open(study) { _ in }
        journal.append(
            .studyCreated(.init(identity: "made-up", dataDigest: "", program: "winnow-store-bench", unix: 1.7e9)))
        for trial in 0..<points * seeds {
            for record in records(trial) { journal.append(record) }
            if trial % 64 == 63 { try journal.commit() }
        }
        try journal.commit()
        try AtomicFile.write(text, to: study.experimentPath)
        try AtomicFile.write(resolved, to: study.resolvedPath)
    }

    private func records(_ trial: Int) -> [JournalRecord] {
        let (point, replicate) = (trial / seeds, trial % seeds)
        let id = AttemptID(trial: trial, attempt: 1)
        let rate = 0.0001 * pow(1000, Double(point) / Double(points))
        let assignment: Assignment = [
            .init(path: "optimizer.learning_rate", value: .double(rate)),
            .init(path: "model.dropout", value: .double(Double(point * 7919 % 10_007) / 20_014)),
        ]
        var records: [JournalRecord] = [
            .trialCreated(
                .init(trial: trial, point: point, replicate: replicate, seed: UInt64(replicate), assignment: assignment)
            ),
            .attemptStarted(.init(id: id, worker: "host-1-abcdef", fromEpoch: 0, unix: 1.7e9)),
        ]
        for epoch in 1...epochs {
            records.append(.epochFinished(SampleMessages.result(trial: trial, epoch: epoch)))
        }
        var outcome = TrialOutcome(
            id: id, state: .completed, stopReason: .budget, stopEpoch: epochs,
            testMetrics: ["test_accuracy": Double(trial % 997) / 997, "test_loss": 1 / Double(trial % 97 + 1)])
        if classes > 0 { outcome.confusion = ["validation": matrix(trial), "test": matrix(trial + 1)] }
        records.append(.trialFinished(.init(outcome: outcome, unix: 1.7e9 + Double(trial))))
        return records
    }

    /// Ten samples a class: eight are right, and two are taken for others.
    private func matrix(_ shift: Int) -> ConfusionMatrix {
        var cells: [ConfusionMatrix.Cell] = []
        for index in 0..<classes {
            cells.append(.init(expected: index, predicted: index, count: 8))
            cells.append(.init(expected: index, predicted: (index * 31 + shift + 1) % classes, count: 1))
            cells.append(.init(expected: index, predicted: (index * 57 + shift + 2) % classes, count: 1))
        }
        return ConfusionMatrix(classes: (0..<classes).map { "class \($0)" }, cells: cells)!
    }
}
