import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Single bits that turn over on disk.
    @Suite struct BitFlipTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
        }

        private let words = ["run", "slow.yaml", "--workers", "2", "--study", "study"]

        @Test(arguments: SeededCases(Soak.isOn ? 40 : 4))
        func aJournalIsRefusedWithTheOffsetAndCanBeSalvaged(_ testCase: SeededCase) async throws {
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
            let words = ["run", "quick.yaml", "--workers", "1", "--study", "quick"]
            #expect(try await Winnow.run(words, in: folder).status == 0)
            let whole = try StudyRecords(of: folder.file("quick"))
            let journal = folder.file("quick/journal/00000001.wnj")
            var random = testCase.random
            // Not in the last record: what is wrong there may be a torn tail.
            let flipped = try flip(journal, in: 16..<whole.bytes.count - 600, &random)

            let refused = try await Winnow.run(words, in: folder)
            #expect(refused.status == 1 && refused.errors.contains("damaged at byte "), "\(refused.errors)")
            let told = refused.errors.split(whereSeparator: { $0 == " " || $0 == ":" })
            let offset = try #require(told.firstIndex(of: "byte").flatMap { Int(told[$0 + 1]) })
            #expect(offset <= flipped && flipped - offset < 4096, "the record that is damaged begins at \(offset)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: journal)).count == whole.bytes.count, "nothing is cut")

            let salvaged = try await Winnow.run("rebuild", "quick", "--salvage", in: folder)
            #expect(salvaged.status == 0 && salvaged.errors.contains("lost: "), "\(salvaged.errors)")
            let kept = try StudyRecords(of: folder.file("quick"))
            #expect(kept.trainedEpochs <= whole.trainedEpochs && kept.state.trials.count <= whole.state.trials.count)
        }

        @Test(arguments: SeededCases(Soak.isOn ? 40 : 4))
        func aStudyFileIsMadeAnew(_ testCase: SeededCase) async throws {
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
            let words = ["run", "quick.yaml", "--workers", "1", "--study", "quick"]
            #expect(try await Winnow.run(words, in: folder).status == 0)
            let before = try StudyFingerprint(of: folder.file("quick"))
            var random = testCase.random
            let path = folder.file("quick/study.h5")
            try flip(path, in: 0..<Data(contentsOf: URL(fileURLWithPath: path)).count, &random)

            let rebuilt = try await Winnow.run("rebuild", "quick", in: folder)
            #expect(rebuilt.status == 0, "\(rebuilt.errors)")
            #expect(try StudyFingerprint(of: folder.file("quick")).differences(from: before) == [])
        }

        @Test(arguments: SeededCases(Soak.isOn ? 10 : 1))
        func aLastCheckpointIsFoundOutAndTheTrialComesToTheSame(_ testCase: SeededCase) async throws {
            let slowMotion = try SlowMotion()
            let running = try RunningWinnow(words, in: folder, environment: slowMotion.environment)
            try await running.says("trial 0: epoch 1/3")
            running.send(SIGTERM)
            #expect(try await running.end().status == 75)
            var random = testCase.random
            let path = folder.file("study/trials/00000/last.h5")
            try flip(path, in: 0..<Data(contentsOf: URL(fileURLWithPath: path)).count, &random)

            let again = try await Winnow.run(words, in: folder)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.errors.contains("trial 0 begins anew") || again.errors.contains("last.h5"), "\(again.errors)")
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }

        /// Turns one bit over.
        /// - Returns: the byte that has it.
        @discardableResult
        private func flip(_ path: String, in range: Range<Int>, _ random: inout SplitMix64) throws -> Int {
            let url = URL(fileURLWithPath: path)
            var bytes = try Data(contentsOf: url)
            let place = Int.random(in: range, using: &random)
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try bytes.write(to: url)
            return place
        }
    }
}
