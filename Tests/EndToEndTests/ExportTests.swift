import Experiments
import Foundation
import Studies
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// What other programs read of a study that the real program has run.
    @Suite(.enabled(if: Readers.areThere, "the readers are not installed: scripts/readers")) struct ExportTests {
        private let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func run() async throws -> StudyState {
            try folder.write(
                """
                name: tries
                data: {source: digits, batch_size: 256}
                model: mlp
                train: {epochs: 2, select: validation_accuracy}
                search:
                  sampler: random
                  trials: 4
                  parameters:
                    optimizer.learning_rate: {min: 1.0e-4, max: 1.0e-1, scale: log}
                    data.sampler: [uniform, weighted]
                    data.batch_size: {min: 100, max: 300, integer: true}
                """, to: "e.yaml")
            let run = try await Winnow.run("run", "e.yaml", "--workers", "1", "--study", "study", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            return try StudyRecords(of: folder.file("study")).state
        }

        private func export(_ arguments: String...) async throws {
            let run = try await Winnow.run(["export", "study"] + arguments, in: folder)
            try #require(run.status == 0, "\(run.errors)")
        }

        @Test func tablesAndCurvesAndOptuna() async throws {
            let state = try await run()
            try await export("--csv", "trials.csv")
            try await export("--parquet", "trials.parquet")
            try await export("--parquet", "--epochs", "epochs.parquet")
            try await export("--tensorboard", "curves")
            try await export("--optuna", "optuna.log")
            let script = """
                import csv, json, math, pathlib, sys
                import optuna, pyarrow.parquet
                from optuna.storages import JournalStorage
                from optuna.storages.journal import JournalFileBackend
                from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
                folder = pathlib.Path(sys.argv[1])
                optuna.logging.set_verbosity(optuna.logging.ERROR)
                table = pyarrow.parquet.read_table(folder / "trials.parquet")
                rows = table.to_pylist()
                texts = list(csv.DictReader(open(folder / "trials.csv")))
                assert [str(row["trial"]) for row in rows] == [row["trial"] for row in texts]
                assert all(float(a["test_loss"]) == b["test_loss"] for a, b in zip(texts, rows))
                assert [row["error"] for row in rows] == [None] * 4 and [t["error"] for t in texts] == [""] * 4
                assert table.schema.field("optimizer.learning_rate").type == "double", table.schema
                assert table.schema.field("data.batch_size").type == "int64", table.schema
                assert {row["data.sampler"] for row in rows} <= {"uniform", "weighted"}
                epochs = pyarrow.parquet.read_table(folder / "epochs.parquet").to_pylist()
                runs = sorted((folder / "curves").iterdir())
                for number, run in enumerate(runs):
                    events = EventAccumulator(str(run))
                    events.Reload()
                    own = [row for row in epochs if row["trial"] == number]
                    for name in ("validation_loss", "train_loss", "validation_auroc"):
                        found = [(e.step, e.value) for e in events.Scalars(name)]
                        assert len(found) == len(own) == 2
                        for (step, value), row in zip(found, own):
                            assert step == row["epoch"] and math.isclose(value, row[name], rel_tol=1e-6), (name, run)
                study = optuna.load_study(
                    study_name="tries", storage=JournalStorage(JournalFileBackend(str(folder / "optuna.log"))))
                assert study.direction == optuna.study.StudyDirection.MAXIMIZE
                for trial, row in zip(study.trials, rows, strict=True):
                    assert trial.state == optuna.trial.TrialState.COMPLETE
                    assert trial.params["optimizer.learning_rate"] == row["optimizer.learning_rate"]
                    assert trial.params["data.sampler"] == row["data.sampler"]
                    assert trial.params["data.batch_size"] == row["data.batch_size"]
                    assert trial.user_attrs["test_loss"] == row["test_loss"]
                    assert list(trial.intermediate_values) == [1, 2] and trial.duration.total_seconds() > 0
                    assert trial.value == max(trial.intermediate_values.values()) == row["validation_accuracy"]
                # The study goes on in Optuna.
                study.optimize(lambda trial: trial.suggest_float("optimizer.learning_rate", 1e-4, 1e-1, log=True), 1)
                print(json.dumps([row["validation_loss"] for row in rows]))
                """
            let printed = try Readers.run(script, arguments: [folder.path])
            let losses = try JSONDecoder().decode([Double].self, from: Data(printed.utf8))
            let rule = SelectionRule(monitor: "validation_accuracy", goal: .maximize)
            #expect(
                losses
                    == state.trials.map { trial in
                        let epoch = trial.selection(rule)?.epoch
                        return trial.history.first { $0.epoch == epoch }?.metrics["validation_loss"] ?? .nan
                    })
        }

        /// A mistake leaves nothing behind.
        @Test func mistakesAreOneLine() async throws {
            try folder.write("x", to: "there.csv")
            _ = try await run()
            for (arguments, words) in [
                (["study", "there.csv", "--csv"], "there.csv: there is such a file; --force replaces it"),
                (["nowhere", "out.csv", "--csv"], "nowhere"),
                (["study/trials/00000/best.h5", "out.csv", "--csv"], "--csv is of a study: give its folder"),
                (["there.csv", "out.onnx", "--onnx"], "there.csv"),
                (["study", "out.onnx", "--onnx", "--epochs"], "--epochs goes with --csv and --parquet"),
                (["study", "nowhere/out.onnx", "--onnx"], "nowhere/out.onnx"),
            ] {
                let run = try await Winnow.run(["export"] + arguments, in: folder)
                #expect(run.status != 0 && run.errors.contains(words), "\(arguments): \(run.errors)")
            }
            #expect(try String(contentsOfFile: folder.file("there.csv"), encoding: .utf8) == "x")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!files.contains { $0.hasPrefix("out") }, "\(files)")
        }
    }
}
