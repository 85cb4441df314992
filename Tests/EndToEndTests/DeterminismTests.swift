import Foundation
import TestSupport
import Testing

extension Studies {
    /// The same study gives the same numbers, bit for bit, however many workers train it.
    @Suite struct DeterminismTests {
        @Test func oneWorkerAndTwoGiveTheSameBits() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(experiment, to: "experiment.yaml")
            for workers in ["1", "2"] {
                let run = try await Winnow.run(
                    "run", "experiment.yaml", "--workers", workers, "--study", workers, in: folder)
                try #require(run.status == 0, "\(run.errors)")
            }

            #expect(try await trialsPerWorker("1", in: folder) == [10])
            let shares = try await trialsPerWorker("2", in: folder)
            #expect(shares.count == 2 && shares.allSatisfy { $0 >= 3 }, "\(shares)")

            let one = try StudyFingerprint(of: folder.file("1"))
            let two = try StudyFingerprint(of: folder.file("2"))
            #expect(one.names.isSuperset(of: ["history/train_loss", "trials/test_loss", "model/00009/7.weight"]))
            #expect(two.differences(from: one) == [])
        }

        @Test func anotherSeedGivesOtherNumbers() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
            for seed in ["11", "12"] {
                let run = try await Winnow.run(
                    "run", "quick.yaml", "--workers", "1", "--study", seed, "--set", "seed=\(seed)", in: folder)
                try #require(run.status == 0, "\(run.errors)")
            }
            let differences = try StudyFingerprint(of: folder.file("11"))
                .differences(from: StudyFingerprint(of: folder.file("12")))
            #expect(
                Set(differences).isSuperset(of: ["history/train_loss", "trials/test_loss", "model/00000/0.weight"]))
        }

        /// How many trials each worker trained.
        private func trialsPerWorker(_ study: String, in folder: TemporaryDirectory) async throws -> [Int] {
            let workers = try await Winnow.run("results", study, "--json", in: folder).trials()
                .compactMap { $0["worker"] as? String }
            return Dictionary(grouping: workers) { $0 }.values.map(\.count)
        }

        /// Ten trials of equal length, so that two workers share them evenly; with dropout, so that there is more
        /// to draw than weights and order.
        private let experiment = """
            name: determinism
            seed: 3
            data: {source: digits}
            model:
              layers:
                - conv2d: {channels: 8, kernel: 3, padding: 1}
                - relu
                - max_pool2d: {kernel: 2}
                - flatten
                - dropout: 0.3
                - linear: {features: 32}
                - relu
                - linear: {features: 10}
            train: {epochs: 15}
            search:
              sampler: random
              trials: 10
              parameters:
                optimizer.learning_rate: {min: 1.0e-4, max: 0.01, scale: log}
                model.layers.4.dropout: {min: 0.1, max: 0.6}
            """
    }
}
