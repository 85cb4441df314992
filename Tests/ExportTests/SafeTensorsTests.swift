import Export
import Foundation
import Prediction
import StudyStore
import TestSupport
import Testing

/// Weights as Hugging Face's `safetensors` reads them.
@Suite(.enabled(if: Readers.areThere, "the readers are not installed: scripts/readers")) struct SafeTensorsTests {
    @Test func everyBitIsThere() throws {
        let files = try ModelFiles()
        let path = try files.write(
            "data: digits\nmodel: {preset: mlp}\n", ModelFiles.preparation([1, 8, 8], classes: 10))
        let target = files.folder.file("model.safetensors")
        try Data(SafeTensors.encode(StoredModel(path: path))).write(to: URL(fileURLWithPath: target))
        let script = """
            import sys, json, h5py
            from safetensors import safe_open
            with safe_open(sys.argv[1], framework="numpy") as file, h5py.File(sys.argv[2]) as best:
                stored = {name: tensor[()] for name, tensor in best["model_state"].items()}
                assert set(file.keys()) == set(stored), file.keys()
                for name, tensor in stored.items():
                    found = file.get_tensor(name)
                    assert found.dtype == tensor.dtype and (found == tensor).all() and found.shape == tensor.shape, name
                print(json.loads(file.metadata()["class_names"])[3])
            """
        #expect(try Readers.run(script, arguments: [target, path]) == "class 3\n")
    }
}
