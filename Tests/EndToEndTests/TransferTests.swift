import Foundation
import Studies
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Models that begin with others' weights, learn from unlabelled pictures, and are asked together.
    @Suite struct TransferTests {
        private let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func run(_ text: String, study: String) async throws -> StudyState {
            try folder.write(text, to: "\(study).yaml")
            let run = try await Winnow.run(
                "run", "\(study).yaml", "--workers", "1", "--study", study, in: folder)
            try #require(run.status == 0, "\(run.errors)")
            return try StudyRecords(of: folder.file(study)).state
        }

        private func weights(_ study: String) throws -> [String: [Float]] {
            let bytes = try StoredBytes.read(folder.file("\(study)/trials/00000/best.h5"))
            return Dictionary(
                uniqueKeysWithValues: try Checkpoint(decoding: bytes).modelState.map { ($0.name, $0.values) })
        }

        @Test func aModelBeginsWithAnothersWeights() async throws {
            _ = try await run(
                "data: digits\nmodel: {preset: mlp, hidden: [24]}\noptimizer: {learning_rate: 1.0e-2}\ntrain: {epochs: 5}\n",
                study: "first")
            let state = try await run(
                """
                data: {source: digits, split: {train: 200}}
                model: {preset: mlp, hidden: [24], pretrained: first/trials/00000/best.h5}
                optimizer: {kind: sgd, learning_rate: 1.0e-3, freeze: ["1"], layer_rates: {"3": 0.5}}
                train: {epochs: 1}
                """, study: "second")
            let (first, second) = try (weights("first"), weights("second"))
            #expect(first["1.weight"] == second["1.weight"] && first["3.weight"] != second["3.weight"], "\(first.keys)")
            // A net that began at random would be right in a tenth of the cases.
            #expect(try #require(state.trials[0].history[0].metrics["validation_accuracy"]) > 0.7)
            for (text, words) in [
                ("pretrained: nowhere.h5", "nowhere.h5"), ("pretrained: first.yaml", "first.yaml"),
                ("hidden: [25], pretrained: first/trials/00000/best.h5", "1.weight has the shape"),
            ] {
                try folder.write("data: digits\nmodel: {preset: mlp, \(text)}\ntrain: {epochs: 1}\n", to: "bad.yaml")
                let run = try await Winnow.run("run", "bad.yaml", "--workers", "1", "--study", "bad", in: folder)
                #expect(run.status != 0 && run.errors.contains(words), "\(run.errors)")
                #expect(run.errors.contains("model.pretrained: "), "the key is named: \(run.errors)")
                try? FileManager.default.removeItem(atPath: folder.file("bad"))
            }
            try folder.write("data: digits\nmodel: mlp\noptimizer: {freeze: [conv1]}\n", to: "bad.yaml")
            let check = try await Winnow.run("check", "bad.yaml", in: folder)
            #expect(check.status != 0 && check.errors.contains("the model has no layer conv1; there are: "))
        }

        @Test func fixMatchLearnsFromWhatItIsSureOf() async throws {
            // 8-bit pictures: what changes their pixels needs them.
            _ = try Python.run(
                """
                import csv, gzip, sys, h5py
                import numpy as np
                rows = list(csv.reader(gzip.open(sys.argv[1], "rt")))
                rows = [row for row in rows if row[0].replace(".", "").isdigit()]
                table = np.array(rows, dtype=float)
                with h5py.File(sys.argv[2], "w") as file:
                    file["train/x"] = (table[:, :64] * 15).astype("u1").reshape(-1, 1, 8, 8)
                    file["train/y"] = table[:, 64].astype("i4")
                """, arguments: [Repository.file("Examples/data/digits.csv.gz"), folder.file("digits.h5")])
            let state = try await run(
                """
                data:
                  source: {hdf5: digits.h5, task: classification}
                  labelled: {count: 100, validation_count: 100}
                  augment: [{kind: random_crop, padding: 1}]
                model: mlp
                optimizer: {learning_rate: 1.0e-2}
                pseudo_label: {kind: fixmatch, threshold: 0.7, strong: [rand_augment], batch_size: 128}
                train: {epochs: 40}
                """, study: "fixmatch")
            let rows = Array(state.trials[0].history)
            let last = try #require(rows.last?.metrics)
            // Nothing counts at first, when it is sure of nothing; later most of what counts is right.
            #expect(try #require(rows[0].metrics["pseudo_label_loss"]) < #require(last["pseudo_label_loss"]) + 1)
            #expect(try #require(last["pseudo_label_accuracy"]) > 0.8, "\(last)")
            #expect(try #require(last["validation_accuracy"]) > 0.7, "\(last)")
        }

        @Test func modelsAreAskedTogether() async throws {
            _ = try await run(
                """
                data: digits
                model: mlp
                train: {epochs: 2}
                search: {seeds: 3, parameters: {optimizer.learning_rate: [1.0e-3, 3.0e-3]}}
                """, study: "seeds")
            _ = try Python.run(
                """
                import sys, h5py
                import numpy as np
                x = np.random.default_rng(1).integers(0, 17, (20, 1, 8, 8)).astype("u1")
                h5py.File(sys.argv[1], "w")["x"] = x
                """, arguments: [folder.file("new.h5")])
            func probabilities(_ arguments: String...) async throws -> [[Double]] {
                let run = try await Winnow.run(["predict"] + arguments + ["new.h5"], in: folder)
                try #require(run.status == 0, "\(run.errors)")
                return run.output.split(separator: "\n").dropFirst().map { line in
                    line.split(separator: ",").dropFirst(2).compactMap { Double($0) }
                }
            }
            let state = try StudyRecords(of: folder.file("seeds")).state
            let trials = state.trials.filter { $0.assignment == state.trials[3].assignment }.map(\.number)
            let winner = try await Winnow.run("results", "seeds", "--json", in: folder)
            let isSecond = winner.output.contains("\"point\" : 1,\n    \"trials\"")
            var singles: [[[Double]]] = []
            for trial in isSecond ? trials : [0, 1, 2] {
                singles.append(try await probabilities("seeds/trials/0000\(trial)/best.h5"))
            }
            let together = try await probabilities("seeds", "--ensemble", "seeds")
            for sample in 0..<20 {
                for label in 0..<10 {
                    let mean = singles.reduce(0) { $0 + $1[sample][label] } / 3
                    #expect(abs(together[sample][label] - mean) < 1e-6)
                }
            }
            let run = try await Winnow.run(["predict", "seeds", "new.h5", "--ensemble", "2"], in: folder)
            #expect(
                run.status == 0
                    && run.errors.contains("an ensemble of 2 models; on 359 validation samples: accuracy 0."))
            let alone = try await Winnow.run(["predict", "seeds", "new.h5", "--ensemble", "1"], in: folder)
            #expect(alone.status != 0)
        }

        /// Each seed validates on a fold of its own.
        @Test func foldsAreSeeds() async throws {
            let state = try await run(
                "data: {source: digits, split: {kind: k_fold, folds: 3}}\nmodel: mlp\ntrain: {epochs: 1}\n",
                study: "folds")
            #expect(state.trials.count == 3)
            var rows: [[Int32]] = []
            var test: Set<[Int32]> = []
            for trial in 0..<3 {
                let bytes = try StoredBytes.read(folder.file("folds/trials/0000\(trial)/best.h5"))
                let split = try #require(try Checkpoint(decoding: bytes).preparation?.split)
                rows.append(split.validation)
                test.insert(split.test)
            }
            #expect(test.count == 1)
            #expect((rows.flatMap { $0 } + test.first!).sorted() == (0..<1797).map { Int32($0) })
            let evaluation = try await Winnow.run("evaluate", "folds/trials/00002/best.h5", "--json", in: folder)
            #expect(evaluation.status == 0, "\(evaluation.errors)")
        }
    }
}
