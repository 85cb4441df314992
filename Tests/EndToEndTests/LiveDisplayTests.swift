import Coordinator
import Experiments
import Studies
import Foundation
import Logging
import TestSupport
import Testing
import winnow

/// What stands on the terminal of a person who looks on, without a study that runs.
@Suite struct LiveDisplayTests {
    private static let experiment = """
        data: {source: digits}
        model: {preset: mlp}
        train: {epochs: 40, select: {monitor: validation_loss}}

        """

    /// A study whose trials are completed but for some that run.
    private static func study(trials: Int, rows: Int, running: Int) throws -> StudyState {
        var state = StudyState()
        for trial in 0..<trials {
            try state.apply(
                .trialCreated(
                    .init(
                        trial: trial, point: trial, replicate: 0, seed: 1,
                        assignment: [.init(path: "model.dropout", value: .int(trial))])))
        }
        for trial in 0..<trials {
            let id = AttemptID(trial: trial, attempt: 1)
            try state.apply(.attemptStarted(.init(id: id, worker: "w", fromEpoch: 0, unix: 1)))
            for epoch in 1...rows { try state.apply(.epochFinished(row(id, epoch))) }
            guard trial >= running else { continue }
            let outcome = TrialOutcome(id: id, state: .completed, stopReason: .earlyStopping, stopEpoch: rows)
            try state.apply(.trialFinished(.init(outcome: outcome, unix: 2)))
        }
        return state
    }

    private static func row(_ id: AttemptID, _ epoch: Int) -> Row {
        Row(
            id: id, epoch: epoch,
            metrics: ["train_loss": 1, "validation_loss": 1 / Double(id.trial + 1) + 1 / Double(epoch)],
            learningRate: 0.1, elapsedSeconds: Double(epoch))
    }

    /// All that a display wrote to a terminal that is a file.
    private func written(_ body: (LiveDisplay) throws -> Void) throws -> String {
        let folder = try TemporaryDirectory()
        let descriptor = open(folder.file("screen"), O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let experiment = try ExperimentFile(text: Self.experiment, name: "a.yaml").experiment
        try body(LiveDisplay(experiment, level: .info, terminal: Terminal(descriptor: descriptor)))
        return try String(contentsOfFile: folder.file("screen"), encoding: .utf8)
    }

    /// Processor time of 200 events that redraw everything, beside those of a study of a tenth of the trials.
    @Test func anEventCostsTheSameInALargeStudy() throws {
        func cost(trials: Int) throws -> Duration {
            var least = Duration.seconds(1000)
            for _ in 0..<3 {
                var study = try Self.study(trials: trials, rows: 20, running: 4)
                _ = try written { display in
                    display.show(.workerBack(worker: "w"), study)
                    let time = try ProcessorClock.measure {
                        for event in 0..<200 {
                            let number = event % 4
                            let row = Self.row(
                                AttemptID(trial: number, attempt: 1), study.trials[number].history.count + 1)
                            try study.apply(.epochFinished(row))
                            display.show(.epochFinished(study.trials[number].history.last!), study)
                            display.show(.workerBack(worker: "w"), study)
                        }
                    }
                    least = min(least, time)
                }
            }
            return least
        }
        let (small, large) = (try cost(trials: 1000), try cost(trials: 10_000))
        print("200 redraws of 1,000 trials: \(small), of 10,000: \(large)")
        #expect(large < small * 3, "\(large), and \(small) for a tenth of the trials")
    }

    @Test func itsLinesAreThoseOfTheStudy() throws {
        var study = try Self.study(trials: 60, rows: 3, running: 40)
        let screen = try written { display in
            display.show(.workerBack(worker: "w"), study)
            let id = AttemptID(trial: 0, attempt: 1)
            let row = Self.row(id, 4)
            try study.apply(.epochFinished(row))
            display.show(.epochFinished(study.trials[0].history.last!), study)
            let outcome = TrialOutcome(id: id, state: .completed, stopReason: .earlyStopping, stopEpoch: 4)
            try study.apply(.trialFinished(.init(outcome: outcome, unix: 2)))
            display.show(.trialFinished(outcome), study)
            display.close()
        }
        let pictures = screen.components(separatedBy: "\u{1B}[J")
        let first = pictures[0].split(separator: "\n").filter { !$0.hasPrefix("\u{1B}") }
        // A terminal of unknown height has 24 lines.
        #expect(first.count == 24)
        #expect(first[1].hasPrefix("trial 0  epoch 4/40") && first[1].contains("best 1.333 (epoch 3)"))
        #expect(first[22] == "and 19 more running trials")
        #expect(first[23].hasPrefix("20/60 trials done, best: trial 59 (validation_loss 0.35), "))
        let last = pictures[pictures.count - 2].split(separator: "\n").filter { !$0.hasPrefix("\u{1B}") }
        #expect(last[0].hasPrefix("trial 0 done after epoch 4") && last[0].hasSuffix("[21/60]"))
        #expect(last[1].hasPrefix("trial 1 ") && last[22] == "and 18 more running trials")
        #expect(last[23].hasPrefix("21/60 trials done, best: trial 59"))
    }
}
