import Foundation
import TestSupport
import Testing

extension Studies {
    /// Data that are larger than the memory that the program may have.
    @Suite struct LargeDataTests {
        private let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        /// RLIMIT_DATA counts what a process allocates, and not the files that it maps.
        private func run(_ arguments: String..., megabytes: Int) async throws -> EndedWinnow {
            try await RunningWinnow(
                arguments, in: folder,
                program: ["prlimit", "--data=\(megabytes << 20)", binaryPath("winnow")],
                environment: ["WINNOW_DATA_MEMORY_MB": "16", "TMPDIR": folder.path]
            ).end()
        }

        @Test func anArrayTrainsEvaluatesAndIsPredictedOn() async throws {
            _ = try Python.run(
                """
                import h5py, os, sys
                import numpy as np
                os.chdir(sys.argv[1])
                draws = np.random.default_rng(1)
                with h5py.File("large.h5", "w") as f:
                    x = f.create_dataset("train/x", (80_000, 3, 32, 32), dtype="uint8")
                    labels = draws.integers(0, 2, 80_000)
                    for start in range(0, 80_000, 8_000):
                        noise = draws.integers(0, 100, (8_000, 3, 32, 32), dtype="uint8")
                        x[start:start + 8_000] = noise + 60 * labels[start:start + 8_000, None, None, None].astype("uint8")
                    f["train/y"] = labels
                    f["x"] = x
                """, arguments: [folder.path])
            try folder.write(
                """
                data: {source: {hdf5: large.h5, task: classification}, batch_size: 500, scale: standardize}
                model: {layers: [global_avg_pool, flatten, linear: 2]}
                optimizer: {kind: adam, learning_rate: 0.1}
                train: 1
                """, to: "e.yaml")
            let size = try FileManager.default.attributesOfItem(atPath: folder.file("large.h5"))[.size] as? Int ?? 0
            #expect(size > 200 << 20)
            let trained = try await run("run", "e.yaml", "--workers", "1", "--study", "study", megabytes: 180)
            try #require(trained.status == 0, "\(trained.errors)")
            let evaluated = try await run("evaluate", "study", megabytes: 180)
            #expect(evaluated.status == 0 && evaluated.output.contains("test_accuracy"), "\(evaluated.errors)")
            // A batch of the model itself takes 80 MB; all samples as Floats would be 1 GB.
            let predicted = try await run("predict", "study", "large.h5", "--output", "y.csv", megabytes: 300)
            #expect(predicted.status == 0 && predicted.errors.contains("80000 predictions"), "\(predicted.errors)")
            let lines = try String(contentsOfFile: folder.file("y.csv"), encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 80_001 && Set(lines.dropFirst().map { $0.split(separator: ",")[1] }) == ["0", "1"])
        }
    }
}
