import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// A residual net with all that keeps something from step to step: batch normalisation, AdamW, a schedule that
    /// looks at results, dropout of values and channels; with smoothed labels, class weights and clipping.
    @Suite struct ResidualStudyTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(experiment, to: "residual.yaml")
        }

        @Test func goesOnToTheSameBitsAfterAnInterruption() async throws {
            let whole = try await Winnow.run("run", "residual.yaml", "--workers", "1", "--study", "whole", in: folder)
            try #require(whole.status == 0, "\(whole.errors)")

            let running = try RunningWinnow(
                ["run", "residual.yaml", "--workers", "1", "--study", "study", "--set", "checkpoint.every=1h"],
                in: folder, environment: SlowMotion().environment)
            try await running.says("trial 0: epoch 1/4")
            running.send(SIGTERM)
            let interrupted = try await running.end()
            #expect(interrupted.status == 75, "\(interrupted.errors)")
            let again = try await Winnow.run("run", "residual.yaml", "--workers", "1", "--study", "study", in: folder)
            #expect(again.status == 0, "\(again.errors)")

            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try StudyFingerprint(of: folder.file("whole"))) == [])
            #expect(
                fingerprint.names.isSuperset(of: [
                    "history/learning_rate", "model/00000/2.body.1.running_var", "model/00000/2.shortcut.0.weight",
                ]))
        }

        @Test func learnsOnASchedule() async throws {
            let run = try await Winnow.run(
                "run", "residual.yaml", "--workers", "1", "--study", "study", "--set",
                "optimizer.learning_rate_schedule={kind: one_cycle}", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            let printed = try Python.run(
                """
                import sys, h5py
                with h5py.File(sys.argv[1]) as file:
                    print(*file["history/learning_rate"][()], file["trials/test_accuracy"][0])
                """, arguments: [folder.file("study/study.h5")])
            let numbers = printed.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
            try #require(numbers.count == 5, "\(printed)")
            // Near the highest rate when the first of four epochs ends, then down to nearly nothing.
            #expect(numbers[0] > 4.0e-3 && numbers[0] > numbers[1] && numbers[1] > numbers[2], "\(printed)")
            #expect(numbers[3] < 1.0e-6, "\(printed)")
            #expect(numbers[4] > 0.9, "\(printed)")
        }

        @Test func wrongWordForTheKernelsIsRefused() async throws {
            for command in [["run", "residual.yaml", "--study", "study"], ["worker", "ipc://nowhere"]] {
                let run = try await Winnow.run(command, in: folder, environment: ["WINNOW_KERNELS": "onedn"])
                #expect(run.status == 64, "\(run.errors)")
                #expect(run.errorLines.count == 1 && run.errors.contains("WINNOW_KERNELS"), "\(run.errors)")
                #expect(run.errors.contains("own or onednn"), "\(run.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.file("study")))
        }

        private let experiment = """
            name: residual
            seed: 3
            data: {source: digits, batch_size: 16}
            model:
              initialization: he
              layers:
                - conv2d: {channels: 8, kernel: 3, padding: 1, bias: false}
                - batch_norm
                - residual:
                    body:
                      - conv2d: {channels: 20, kernel: 3, stride: 2, padding: 1, bias: false}
                      - batch_norm
                      - gelu
                      - conv2d: {channels: 20, kernel: 3, padding: 1, bias: false}
                      - batch_norm
                    shortcut:
                      - conv2d: {channels: 20, kernel: 1, stride: 2}
                - relu
                - dropout2d: 0.1
                - avg_pool2d: {kernel: 2}
                - flatten
                - dropout: 0.1
                - linear: {features: 10}
            loss:
              kind: cross_entropy
              label_smoothing: {amount: 0.05, spread: others}
              class_weights: inverse_frequency
            optimizer:
              kind: adamw
              learning_rate: 5.0e-3
              clip_norm: 1.0
              learning_rate_schedule: {kind: reduce_on_plateau, factor: 0.5, patience: 0, threshold: 0.5}
            train: {epochs: 4}
            search: {sampler: grid}

            """
    }
}
