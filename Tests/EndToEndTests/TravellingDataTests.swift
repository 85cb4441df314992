import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// Workers in an empty folder, with data that only the coordinator has.
    @Suite struct TravellingDataTests {
        private let home: TemporaryDirectory
        private let away: TemporaryDirectory

        init() throws {
            home = try TemporaryDirectory()
            away = try TemporaryDirectory()
        }

        private func experiment(_ source: String, model: String) -> String {
            """
            name: away
            seed: 3
            data: {source: \(source), batch_size: 16}
            model: {layers: [\(model)]}
            train: {epochs: 2}
            search: {sampler: random, trials: 2, parameters: {optimizer.learning_rate: {min: 1.0e-3, max: 0.1, scale: log}}}

            """
        }

        /// A table of two classes.
        private func writeTable() throws {
            let rows = (0..<200).map { "\($0 % 17),\($0 % 5),\($0 % 17 > 8 ? "high" : "low")" }
            try home.write((["a,b,y"] + rows).joined(separator: "\n") + "\n", to: "table.csv")
        }

        /// A folder of 120 images of 8 x 8 pixels in two classes, as MNIST's files are.
        private func writeImages() throws {
            let labels = (0..<120).map { UInt8($0 % 2) }
            let pixels = labels.flatMap { label in (0..<64).map { UInt8($0 < 32 ? label * 200 : 10) } }
            func size(_ number: Int) -> [UInt8] { [0, 0, 0, UInt8(number)] }
            let folder = URL(fileURLWithPath: home.file("images"))
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data([0, 0, 8, 3] + size(120) + size(8) + size(8) + pixels)
                .write(to: folder.appendingPathComponent("train-images-idx3-ubyte"))
            try Data([0, 0, 8, 1] + size(120) + labels)
                .write(to: folder.appendingPathComponent("train-labels-idx1-ubyte"))
        }

        @Test func aTableTravelsToAWorkerThatLacksIt() async throws {
            try writeTable()
            try home.write(
                experiment("{csv: table.csv, target: y, task: classification}", model: "{linear: {features: 2}}"),
                to: "away.yaml")
            try await train(expecting: ["table.csv"])
        }

        @Test func aFolderOfImagesTravelsToAWorkerThatLacksIt() async throws {
            try writeImages()
            try home.write(
                experiment("{idx: images}", model: "flatten, {linear: {features: 2}}"), to: "away.yaml")
            try await train(expecting: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
        }

        /// Two workers that share a store train the study that one process at home trains, bit for bit.
        private func train(expecting files: [String]) async throws {
            let coordinator = try RunningWinnow(
                ["coordinator", "away.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: home)
            let address = try await coordinator.address()
            let workers = try (0..<2).map { _ in
                try RunningWinnow(
                    ["worker", address, "--data-dir", "data", "--spool", "spool"], in: away,
                    environment: ["WINNOW_DATA": away.path])
            }
            let end = try await coordinator.end()
            #expect(end.status == 0, "\(end.errors)")
            for worker in workers {
                let ended = try await worker.end()
                #expect(ended.status == 0, "\(ended.errors)")
            }

            let stores = try FileManager.default.contentsOfDirectory(atPath: away.file("data"))
                .filter { !$0.hasPrefix(".") }
            try #require(stores.count == 1, "\(stores)")
            let kept = try FileManager.default.contentsOfDirectory(atPath: away.file("data/\(stores[0])"))
            #expect(kept.filter { !$0.hasPrefix(".") }.sorted() == files)
            #expect(try FileManager.default.contentsOfDirectory(atPath: away.file("spool")).isEmpty)

            let local = try await Winnow.run("run", "away.yaml", "--workers", "1", "--study", "local", in: home)
            #expect(local.status == 0, "\(local.errors)")
            let difference = try StudyFingerprint(of: home.file("study"))
                .differences(from: StudyFingerprint(of: home.file("local")))
            #expect(difference == [])
        }

        @Test func aWorkerLeavesAtItsSignal() async throws {
            try home.write(SampleExperiment.slow, to: "slow.yaml")
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"]
                    + ["--set", "train.epochs=1000000"], in: home)
            let worker = try RunningWinnow(["worker", try await coordinator.address()], in: away)
            try await coordinator.says("trial 0: epoch 1/1000000")
            worker.send(SIGTERM)
            let ended = try await worker.end()
            #expect(ended.status == 75, "\(ended.errors)")
            try await coordinator.says("trial 0 returned: its worker saved it")
            coordinator.send(SIGTERM)
            _ = try await coordinator.end()
        }
    }
}
