import TestSupport
import Testing

extension Studies {
    /// What a study leaves on disk, as h5py sees it.
    @Suite struct FilesTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
        }

        @Test func h5pyReadsTheStudyAndACheckpoint() async throws {
            let run = try await Winnow.run(
                "run", "quick.yaml", "--workers", "2", "--study", "study", "--set", "checkpoint.keep_last=true",
                in: folder)
            try #require(run.status == 0, "\(run.errors)")
            #expect(try Python.run(Self.study, arguments: [folder.file("study")]) == "3 trials, 15 epochs\n")
            #expect(try Python.run(Self.checkpoint, arguments: [folder.file("study")]) == "whole\n")
        }

        /// Each column as `Docs/formats.md` has it, on its table's scale.
        private static let study = """
            import sys
            import h5py
            import numpy as np

            with h5py.File(sys.argv[1] + "/study.h5") as file:
                assert file.attrs["format"] == b"winnow-study" and file.attrs["version"] == 1
                assert file.attrs["monitor"] == b"validation_loss" and file.attrs["goal"] == b"minimize"

                trials, history = file["trials"], file["history"]
                for table, scale in ((trials, "trial_id"), (history, "row")):
                    assert h5py.h5ds.is_scale(table[scale].id)
                    for name, column in table.items():
                        assert column.shape == table[scale].shape, name
                        assert column.fletcher32, name
                        assert column.dtype.kind == "S" or column.dtype in ("i1", "i4", "f8"), (name, column.dtype)
                        assert name == scale or column.dims[0][0] == table[scale], name

                assert list(trials["trial_id"]) == [0, 1, 2]
                assert list(trials["state_name"].asstr()) == ["completed"] * 3
                assert trials["seed"].dtype.kind == "S" and len(set(trials["seed"])) == 1
                for name in ("best_value", "test_loss", "test_rmse", "test_rmse_original", "param.optimizer.learning_rate"):
                    assert np.isfinite(trials[name][()]).all(), name
                best = trials["best_value"][()]
                assert file.attrs["selected_trial"] == best.argmin() == trials["selected"][()].argmax()

                assert list(history["trial_id"]) == [0] * 5 + [1] * 5 + [2] * 5
                assert list(history["epoch"]) == [1, 2, 3, 4, 5] * 3
                losses = history["validation_loss"][()].reshape(3, 5)
                assert (losses.min(axis=1) == best).all()
                assert (losses.argmin(axis=1) + 1 == trials["best_epoch"]).all()

                provenance = file["provenance"]
                assert "hidden: 8" in provenance.attrs["experiment"].decode()
                assert "batch_size: 32" in provenance.attrs["resolved_experiment"].decode()
                assert len(set(provenance["workers"]["worker"])) == 2
                print(len(best), "trials,", len(history["row"]), "epochs")
            """

        /// The model's arrays, named and laid out as PyTorch's `nn.Sequential` has them, and what resuming needs.
        private static let checkpoint = """
            import sys
            import h5py

            trial = sys.argv[1] + "/trials/00000/"
            model = {"0.weight": (8, 13), "0.bias": (8,), "3.weight": (1, 8), "3.bias": (1,)}
            with h5py.File(trial + "best.h5") as best, h5py.File(trial + "last.h5") as last:
                for file, kind in ((best, b"best"), (last, b"last")):
                    assert file.attrs["format"] == b"winnow-checkpoint" and file.attrs["kind"] == kind
                    assert {name: array.shape for name, array in file["model_state"].items()} == model
                    assert all(array.dtype == "f4" for array in file["model_state"].values())
                assert "optimizer_state" not in best and "0.weight.exp_avg" in last["optimizer_state"]
                assert list(last["history"]["epoch"]) == [1, 2, 3, 4, 5]
            print("whole")
            """
    }
}
