import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing
import Schema
import Worker

/// A technique as a trial trains it.
private struct Technique: Sendable, CustomTestStringConvertible {
    let name: String
    let data: String
    let settings: String
    /// What each row of its history has beside every row's.
    var columns: [String] = []
    var epochs = 6

    var testDescription: String { name }

    static let labelled = "{source: digits, batch_size: 64, labelled: {count: 200, validation_count: 200}}"
    static let ramp = "alpha: 0.5, ramp_start: 2, ramp_end: 4, batch_size: 96"

    static let all = [
        Technique(
            name: "DisturbLabel", data: "{source: digits, batch_size: 128}",
            settings: "regularize: {disturb_label: 30}", columns: ["kept_label_share"]),
        Technique(
            name: "mixup", data: "{source: digits, batch_size: 128}", settings: "regularize: {mixup: {alpha: 0.4}}"),
        Technique(
            name: "cutmix", data: "{source: digits, batch_size: 128}", settings: "regularize: {cutmix: {alpha: 1.0}}"),
        Technique(
            name: "weighted sampler",
            data: "{source: digits, batch_size: 64, sampler: weighted, "
                + "imbalance: [90, 20, 90, 20, 90, 20, 90, 20, 90, 20]}",
            settings: "loss: {class_weights: inverse_frequency}"),
        Technique(
            name: "augmentation",
            data: "{source: digits, batch_size: 128, augment: [horizontal_flip, {kind: random_crop, padding: 1}, "
                + "random_erasing]}",
            settings: ""),
        Technique(
            name: "online", data: labelled, settings: "pseudo_label: {kind: online, \(ramp)}",
            columns: ["pseudo_label_weight"]),
        Technique(
            name: "threshold", data: labelled,
            settings: "pseudo_label: {kind: threshold, threshold: 0.9, teacher_epochs: 5, \(ramp)}",
            columns: ["pseudo_label_weight"]),
    ]

    func assign(resume: StoredFile? = nil) throws -> CoordinatorMessage.Assign {
        try TrainingRunTests.assign(
            """
            seed: 5
            data: \(data)
            model:
              layers:
                - conv2d: {channels: 4, kernel: 3, padding: 1}
                - batch_norm
                - relu
                - flatten
                - dropout: 0.2
                - linear: {features: 10}
            optimizer: {learning_rate: 0.01}
            train: {epochs: \(epochs), select: {monitor: validation_macro_f1}}
            \(settings)
            """, attempt: resume == nil ? 1 : 2, resume: resume)
    }

    /// - Parameter pause: where to pause, by stage, epoch and step.
    func run(
        from checkpoint: (file: StoredFile, bytes: [UInt8])? = nil,
        pausingAt pause: (stage: String?, epoch: Int, step: Int)? = nil
    ) throws -> RecordedRun {
        try RecordedRun(assign(resume: checkpoint?.file), from: checkpoint, progressInterval: .zero) { event, control in
            if case .progress(let progress) = event, let pause, progress.stage == pause.stage,
                progress.epoch == pause.epoch, progress.step == pause.step
            {
                control.give(.pause)
            }
        }
    }
}

@Suite struct TechniqueRunTests {
    @Test(arguments: Technique.all)
    private func aTrialPausedAtAnyStepResumesBitForBit(technique: Technique) throws {
        let whole = try technique.run()
        #expect(whole.outcome?.state == .completed, "\(whole.outcome?.error ?? "")")
        for step in 0..<4 {
            let paused = try technique.run(pausingAt: (nil, 4, step))
            let last = try #require(paused.checkpoint(.last))
            #expect(try RunTrace(technique.run(from: last), from: 4) == RunTrace(whole, from: 4), "step \(step)")
        }
    }

    @Test(arguments: Technique.all)
    private func itsColumnsAreInEveryRow(technique: Technique) throws {
        for row in try technique.run().epochs {
            for column in technique.columns + ["train_loss", "validation_accuracy", "validation_macro_f1"] {
                #expect(row.metrics[column]?.isFinite == true, "epoch \(row.epoch) has no \(column)")
            }
        }
    }

    @Test func aTeacherPausedAtAnyStepResumesBitForBit() throws {
        let technique = try #require(Technique.all.last)
        let whole = try RunTrace(technique.run(), from: 1)
        for (epoch, step) in [(1, 0), (3, 0), (3, 2), (5, 3)] {
            let paused = try technique.run(pausingAt: ("teacher", epoch, step))
            let last = try #require(paused.checkpoint(.last))
            #expect(last.file.epoch == 0 && paused.epochs.isEmpty)
            #expect(paused.checkpoint(.best) == nil)
            #expect(try Checkpoint(decoding: last.bytes).resume?.stage == .teacher)
            #expect(try RunTrace(technique.run(from: last), from: 1) == whole, "epoch \(epoch), step \(step)")
        }
    }

    @Test func aTeacherIsTheTrialWithoutUnlabelledSamples() throws {
        let threshold = try #require(Technique.all.last)
        let alone = Technique(name: "alone", data: threshold.data, settings: "")
        let teacher = try #require(try threshold.run(pausingAt: ("teacher", 5, 0)).checkpoint(.last))
        let same = try #require(try alone.run(pausingAt: (nil, 5, 0)).checkpoint(.last))
        #expect(try Checkpoint(decoding: teacher.bytes).modelState == Checkpoint(decoding: same.bytes).modelState)
    }

    @Test func whatATeacherKeptIsTold() throws {
        let events = try #require(Technique.all.last).run()
        let tally = try #require(events.outcome?.pseudoLabels)
        #expect(tally.offered == 1797 - 359 - 400)
        #expect(tally.kept > 0 && tally.kept < tally.offered && tally.known == tally.kept)
        #expect(tally.right > tally.kept / 2 && tally.right <= tally.kept)
        let rows = events.epochs
        #expect(rows.map { $0.metrics["pseudo_label_weight"] } == [0, 0, 0.25, 0.5, 0.5, 0.5])
        #expect(rows[1].metrics["pseudo_label_loss"] == nil && rows[2].metrics["pseudo_label_loss"] != nil)
    }

    @Test func aGivenTeacherLabelsWithoutBeingTrained() throws {
        let folder = try TemporaryDirectory()
        let threshold = try #require(Technique.all.last)
        let alone = Technique(name: "alone", data: threshold.data, settings: "", epochs: 5)
        let best = try #require(try alone.run().checkpoint(.best))
        try Data(best.bytes).write(to: URL(fileURLWithPath: folder.file("best.h5")))
        let given = Technique(
            name: "given", data: threshold.data,
            settings: "pseudo_label: {kind: threshold, threshold: 0.9, teacher: \(folder.file("best.h5")), "
                + "\(Technique.ramp)}")
        let trained = try RunTrace(threshold.run(), from: 1)
        var taught = try RunTrace(given.run(), from: 1)
        taught.last?.pseudoLabels = trained.last?.pseudoLabels
        #expect(taught == trained)
    }

    @Test func confusionMatricesAreThoseOfTheSelectedEpoch() throws {
        let events = try #require(Technique.all.first).run()
        let outcome = try #require(events.outcome)
        let validation = try #require(outcome.confusion?["validation"])
        let test = try #require(outcome.confusion?["test"])
        let best = events.epochs.compactMap { $0.metrics["validation_macro_f1"] }.max()
        #expect(validation.macro(ConfusionMatrix.f1) == best)
        #expect(test.accuracy == outcome.testMetrics["test_accuracy"])
        #expect(test.sampleCount == 359 && test.classes == (0..<10).map(String.init))
    }

    /// The temperature is the validation split's, so that only the test split shows what it changes.
    @Test func reliabilityIsThatOfTheSelectedEpoch() throws {
        let events = try #require(Technique.all.first).run()
        let outcome = try #require(events.outcome)
        let validation = try #require(outcome.reliability?["validation"])
        let test = try #require(outcome.reliability?["test"])
        let selected = try #require(
            events.epochs.max { ($0.metrics["validation_macro_f1"] ?? 0) < ($1.metrics["validation_macro_f1"] ?? 0) })
        #expect(validation.accuracy == selected.metrics["validation_accuracy"])
        #expect(abs(validation.error - (selected.metrics["validation_calibration_error"] ?? .nan)) < 1e-12)
        #expect(test.sampleCount == 359 && test.accuracy == outcome.testMetrics["test_accuracy"])
        #expect(abs(test.error - (outcome.testMetrics["test_calibration_error"] ?? .nan)) < 1e-12)
        let best = try Checkpoint(decoding: try #require(events.checkpoint(.best)).bytes)
        let calibrated = try #require(test.calibrated)
        #expect(validation.calibrated == nil && calibrated.temperature == best.preparation?.temperature)
        #expect(calibrated.error != test.error && (0...1).contains(calibrated.error))
    }
}
