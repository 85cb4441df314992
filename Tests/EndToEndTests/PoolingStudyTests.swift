import TestSupport
import Testing

/// Poolings that leave several rows and columns out, whose convolutions compute less than they could.
@Suite struct PoolingStudyTests {
    @Test(arguments: ["{kernel: 6}", "{kernel: 2, stride: 7}"])
    func trainsBeforeAPoolingThatLeavesColumnsOut(pooling: String) async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            """
            seed: 1
            data: {source: mnist-5k, batch_size: 64}
            model:
              layers:
                - conv2d: {channels: 32, kernel: 3, padding: 0}
                - relu
                - max_pool2d: {kernel: 2}
                - conv2d: {channels: 32, kernel: 3, padding: 0}
                - relu
                - max_pool2d: \(pooling)
                - flatten
                - linear: {features: 10}
            train: {epochs: 1}
            """, to: "pooling.yaml")

        let run = try await Winnow.run(
            "run", "pooling.yaml", "--workers", "1", "--study", "study", "--json", in: folder)

        try #require(run.status == 0, "\(run.errors)")
        let trial = try #require(try run.trials().first)
        #expect(trial["state"] as? String == "completed")
        #expect(trial["epochs"] as? Int == 1)
    }
}
