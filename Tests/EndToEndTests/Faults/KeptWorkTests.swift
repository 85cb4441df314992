import Experiments
import Studies
import Foundation
import Glibc
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Workers that are told to end while nobody takes what they have trained.
    @Suite struct KeptWorkTests {
        private let study: FaultyStudy

        init() throws {
            study = try FaultyStudy()
            try FileManager.default.createDirectory(
                atPath: study.folder.file("spools"), withIntermediateDirectories: false)
        }

        private func worker(_ address: String, slots: Int = 1) throws -> RunningWinnow {
            try study.worker(address, ["--spool", study.folder.file("spools"), "--slots", "\(slots)"])
        }

        private var spools: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: study.folder.file("spools")).sorted() }
        }

        @Test(arguments: [1, 2])
        func theNextWorkerGoesOnFromWhatNobodyTook(slots: Int) async throws {
            let rare = ["--set", "checkpoint.every=1h"]
            let first = try study.coordinator(rare)
            let old = try worker(try await first.address(), slots: slots)
            for trial in 0..<slots { try await first.says("trial \(trial): epoch 1/3") }
            first.send(SIGKILL)
            _ = try await first.end()
            old.send(SIGTERM)
            let end = try await old.end()
            #expect(end.status == 75)
            #expect(!end.errors.contains("handed back"), "\(end.errors)")
            let left = try #require(try spools.first)
            let place = "\(study.folder.file("spools"))/\(left)"
            let words = slots == 1 ? "trial 0 stays in \(place)" : "trials 0, 1 stay in \(place)"
            #expect(end.errorLines.last?.contains(words) == true, "\(end.errors)")
            let before = try study.records.state.trials.map { $0.history.first?.elapsedSeconds }

            let second = try study.coordinator(rare)
            let new = try worker(try await second.address(), slots: slots)
            for trial in 0..<slots {
                try await second.says("trial \(trial) goes on from what its last worker has left on that machine")
            }
            try await study.expectWhole(second, lostAttempts: 0...0)
            try await study.expectWell(new)
            for trial in 0..<slots {
                let row = try #require(try study.records.state.trials[trial].history.first)
                #expect(row.id.attempt == 2 && row.elapsedSeconds == before[trial], "epoch 1 was not trained again")
                #expect(
                    try study.starts(of: trial).map(\.fromEpoch) == [0, 0], "the coordinator had nothing to go on from")
            }
            #expect(try spools == [], "what was taken up is gone")
        }

        /// Another study's trial of the same number has nothing to do with it.
        @Test func whatIsAnotherStudysStaysWhereItIs() async throws {
            let first = try study.coordinator()
            let old = try worker(try await first.address())
            try await first.says("trial 0: epoch 1/3")
            first.send(SIGKILL)
            _ = try await first.end()
            old.send(SIGTERM)
            #expect(try await old.end().status == 75)
            let left = try spools
            #expect(left.count == 1)

            let other = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "other", "--set", "seed=6"]
                    + ["--lease", "3s", "--suspect-after", "1s", "--heartbeat", "200ms", "--set", "train.epochs=1"],
                in: study.folder)
            study.slowMotion.end()
            let new = try worker(try await other.address())
            let end = try await other.end()
            #expect(end.status == 0 && !end.errors.contains("has left"), "\(end.errors)")
            try await study.expectWell(new)
            #expect(try spools == left)
        }
    }
}
