import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// Techniques in studies of the real program, on real digits.
    @Suite struct TechniqueStudyTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
        }

        private static let digits = """
            seed: 4
            data: {source: digits, batch_size: 32DATA}
            model: {layers: [flatten, {linear: {features: 32}}, relu, {linear: {features: 10}}]}
            optimizer: {learning_rate: 5.0e-3}
            train: {epochs: 6, select: {monitor: validation_macro_f1}}

            """

        private func write(_ name: String, data: String = "", _ rest: String) throws {
            try folder.write(Self.digits.replacing("DATA", with: data) + rest, to: "\(name).yaml")
        }

        private func run(_ name: String, _ more: String...) async throws -> EndedWinnow {
            let run = try await Winnow.run(
                ["run", "\(name).yaml", "--workers", "2", "--study", name] + more, in: folder)
            try #require(run.status == 0, "\(run.errors)")
            return run
        }

        /// What a Python expression of the open `study.h5`, `f`, prints.
        private func python(_ study: String, _ expression: String) throws -> String {
            try Python.run(
                "import sys, h5py, numpy as np\nwith h5py.File(sys.argv[1]) as f: print(\(expression))",
                arguments: [folder.file("\(study)/study.h5")]
            ).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        @Test func confusionMatricesAreThoseOfTheStoredMetrics() async throws {
            try write("study", "search: {sampler: grid, seeds: 2}\n")
            _ = try await run("study")
            #expect(
                try python("study", "f['confusion/test'].shape, f['confusion/validation'].shape")
                    == "(2, 10, 10) (2, 10, 10)")
            #expect(
                try python(
                    "study",
                    "all(abs(np.trace(m) / m.sum() - a) < 1e-12 for m, a in "
                        + "zip(f['confusion/test'][()], f['trials/test_accuracy'][()]))") == "True")
            // The matrix on validation is of the selected epoch: its macro F1 is the value that was selected.
            #expect(
                try python(
                    "study",
                    "np.abs(f['confusion/validation_f1'][()].mean(1) - f['trials/best_value'][()]).max() < 1e-12")
                    == "True")
            let shown = try await Winnow.run("show", "study", "1", in: folder)
            #expect(shown.output.contains("confusion on test") && shown.output.contains("macro mean"))
        }

        @Test func disturbedLabelsAreCountedInEveryEpoch() async throws {
            try write(
                "study", "search: {sampler: grid, parameters: {regularize.disturb_label.alpha: {values: [0, 30]}}}\n")
            _ = try await run("study")
            let shares = try python(
                "study", "*f['history/kept_label_share'][f['history/trial_id'][()] == 1]"
            ).split(separator: " ").compactMap { Double($0) }
            // 1,078 labels an epoch, six epochs: within four standard errors of 0.73.
            let error = (0.73 * 0.27 / (6 * 1078)).squareRoot()
            #expect(shares.count == 6 && abs(shares.reduce(0, +) / 6 - 0.73) < 4 * error, "\(shares)")
            let none = try python(
                "study", "np.isnan(f['history/kept_label_share'][f['history/trial_id'][()] == 0]).all()")
            #expect(none == "True")
        }

        @Test func aRareClassIsFoundWhereItIsDrawnAsOftenAsOthers() async throws {
            try write(
                "study", data: ", imbalance: [100, 4, 100, 4, 100, 4, 100, 4, 100, 4]",
                "search: {sampler: grid, seeds: 3, parameters: {data.sampler: {values: [uniform, weighted]}}}\n")
            _ = try await run("study")
            let recalls = try python("study", "*f['confusion/test_recall'][()][:, 1::2].mean(1).reshape(2, 3).mean(1)")
                .split(separator: " ").compactMap { Double($0) }
            try #require(recalls.count == 2)
            #expect(recalls[1] > recalls[0] + 0.05, "\(recalls)")
        }

        @Test func pseudoLabelsOfATeacherSurviveAnInterruption() async throws {
            try write(
                "study", data: ", labelled: {count: 150, validation_count: 150}",
                """
                pseudo_label: {kind: threshold, threshold: 0.9, teacher_epochs: 1000, ramp_start: 1, ramp_end: 3}
                checkpoint: {every: 1h}
                """)
            try folder.write(String(contentsOfFile: folder.file("study.yaml"), encoding: .utf8), to: "whole.yaml")
            _ = try await run("whole")
            let running = try RunningWinnow(
                ["run", "study.yaml", "--workers", "1", "--study", "study"], in: folder,
                environment: SlowMotion().environment)
            try await running.says("trial 0 started")
            running.send(SIGTERM)
            let interrupted = try await running.end()
            #expect(interrupted.status == 75, "\(interrupted.errors)")
            #expect(!interrupted.errors.contains("epoch 1/6"), "the teacher was to be interrupted")
            _ = try await run("study")
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try StudyFingerprint(of: folder.file("whole"))) == [])
            #expect(fingerprint.names.isSuperset(of: ["trials/pseudo_labels_kept", "confusion/test"]))
            let shown = try await Winnow.run("show", "study", "0", in: folder)
            #expect(shown.output.contains("unlabelled samples were sure enough"))
        }

        @Test(.enabled(if: RealData.has("cifar10"), "needs CIFAR-10: set WINNOW_TEST_DATA to the folder that has it"))
        func aResidualNetLearnsFromAugmentedPhotographs() async throws {
            try folder.write(
                """
                data:
                  source: cifar10
                  split: {train: 1500, validation: 500, test: 500}
                  scale: {kind: normalize, mean: [0.5], std: [0.5]}
                  augment: [horizontal_flip, {kind: random_crop, padding: 2}, random_erasing]
                model: {preset: resnet, width: 8}
                regularize: {cutmix: {alpha: 1.0}}
                optimizer: {learning_rate: 3.0e-3}
                train: {epochs: 4, select: {monitor: validation_accuracy}}
                """, to: "photographs.yaml")
            let run = try await Winnow.run(
                ["run", "photographs.yaml", "--workers", "1"], in: folder, environment: ["WINNOW_DATA": RealData.folder]
            )
            try #require(run.status == 0, "\(run.errors)")
            let accuracy = try python("studies/photographs", "f['trials/test_accuracy'][0]")
            #expect(try #require(Double(accuracy)) > 0.2)
        }
    }
}
