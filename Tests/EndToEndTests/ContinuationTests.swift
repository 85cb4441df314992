import Experiments
import Studies
import Foundation
import TestSupport
import Testing

extension Studies {
    /// Running an experiment again trains what is missing, and nothing else.
    @Suite struct ContinuationTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
        }

        @Test func aFinishedStudyIsLeftAsItIs() async throws {
            try await run("study")
            let before = try contents(of: folder.file("study"))

            let again = try await run("study")

            let after = try contents(of: folder.file("study"))
            #expect(after.keys.sorted() == before.keys.sorted())
            // The lock counts the starts; everything else keeps its bytes.
            #expect(after.keys.filter { after[$0] != before[$0] } == ["lock"])
            #expect(again.errorLines.count == 1 && again.errors.contains("nothing to train"), "\(again.errors)")
        }

        @Test func moreTrials() async throws {
            try await run("study")
            let before = try records("study")
            try await run("study", set: "search.trials=5")
            let after = try records("study")

            #expect(after.bytes.starts(with: before.bytes))
            #expect(after.attempts == [1, 1, 1, 1, 1])
            #expect(after.trainedEpochs == 5 * 5)
            try await expectEqual(to: "search.trials=5")
        }

        @Test func moreSeeds() async throws {
            try await run("study")
            let before = try records("study")
            // Three points, each with a second seed.
            try await run("study", set: "search.trials=6", "search.seeds=2")
            let after = try records("study")

            #expect(after.bytes.starts(with: before.bytes))
            #expect(after.attempts == [1, 1, 1, 1, 1, 1])
            #expect(after.trainedEpochs == 6 * 5)
            #expect(after.state.trials.map(\.replicate) == [0, 0, 0, 1, 1, 1])
            #expect(after.state.trials[3...].map(\.assignment) == after.state.trials[..<3].map(\.assignment))
        }

        @Test func moreEpochsGoOnFromTheLastCheckpoint() async throws {
            try await run("study", set: "checkpoint.keep_last=true")
            try await run("study", set: "train.epochs=9")
            let after = try records("study")

            #expect(after.attempts == [2, 2, 2])
            #expect(after.lostAttempts == 0)
            #expect(after.epochs == [9, 9, 9])
            #expect(after.trainedEpochs == 3 * 9, "no epoch is trained twice")
            try await expectEqual(to: "train.epochs=9")
        }

        /// Without their last checkpoints, which go with a trial's end, they come to the same.
        @Test func moreEpochsWithoutTheLastCheckpointAreTrainedAnewWhichIsSaidFirst() async throws {
            try await run("study")
            let files = try contents(of: folder.file("study/trials")).keys
            #expect(
                !files.contains { $0.hasSuffix("last.h5") } && files.contains { $0.hasSuffix("best.h5") }, "\(files)")
            let again = try await run("study", set: "train.epochs=9")
            let after = try records("study")

            #expect(after.attempts == [2, 2, 2] && after.epochs == [9, 9, 9])
            #expect(after.trainedEpochs == 3 * 5 + 3 * 9)
            let warning = again.errorLines.firstIndex { $0.contains("begin anew at epoch 1") }
            let first = again.errorLines.firstIndex { $0.contains("started on") }
            #expect(try #require(warning) < #require(first), "\(again.errors)")
            #expect(again.errors.contains("checkpoint.keep_last: true"), "\(again.errors)")
            try await expectEqual(to: "train.epochs=9")
        }

        @Test func fewerEpochsAreEnough() async throws {
            try await run("study")
            let before = try contents(of: folder.file("study/journal"))
            try await run("study", set: "train.epochs=2")
            #expect(try contents(of: folder.file("study/journal")) == before)
        }

        // MARK: Steps

        @discardableResult
        private func run(_ study: String, set overrides: String...) async throws -> EndedWinnow {
            try await run(study, overrides)
        }

        @discardableResult
        private func run(_ study: String, _ overrides: [String]) async throws -> EndedWinnow {
            let run = try await Winnow.run(
                ["run", "quick.yaml", "--workers", "2", "--study", study] + overrides.flatMap { ["--set", $0] },
                in: folder)
            try #require(run.status == 0, "\(run.errors)")
            return run
        }

        private func records(_ study: String) throws -> StudyRecords {
            try StudyRecords(of: folder.file(study))
        }

        /// The study has become what it would have been with the larger budget from the start.
        private func expectEqual(to overrides: String...) async throws {
            try await run("at-once", overrides)
            let continued = try StudyFingerprint(of: folder.file("study"))
            #expect(try continued.differences(from: StudyFingerprint(of: folder.file("at-once"))) == [])
        }
    }
}
