import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Damage is found by the real program, and what is whole of a study goes on.
    @Suite struct RebuildTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
        }

        private func winnow(_ arguments: String...) async throws -> EndedWinnow {
            try await Winnow.run(arguments, in: folder)
        }

        @Test func studyFileComesBackFromTheJournal() async throws {
            _ = try await winnow("run", "quick.yaml", "--workers", "2", "--study", "study")
            let path = folder.file("study/study.h5")
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            try Data("noise".utf8).write(to: URL(fileURLWithPath: path))
            let rebuilt = try await winnow("rebuild", "study")
            #expect(rebuilt.status == 0, "\(rebuilt.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            // So does the next coordinator.
            try FileManager.default.removeItem(atPath: path)
            _ = try await winnow("run", "quick.yaml", "--study", "study")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }

        @Test func damagedJournalIsRefusedSalvagedAndGoesOn() async throws {
            _ = try await winnow("run", "quick.yaml", "--workers", "2", "--study", "study")
            let segment = URL(fileURLWithPath: folder.file("study/journal/00000001.wnj"))
            var bytes = try Data(contentsOf: segment)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: segment)

            let refused = try await winnow("run", "quick.yaml", "--study", "study")
            #expect(refused.status != 0)
            #expect(
                refused.errors.contains("damaged at byte") && refused.errors.contains("--salvage"), "\(refused.errors)")
            let plain = try await winnow("rebuild", "study")
            #expect(plain.status != 0 && plain.errors.contains("--salvage"), "\(plain.errors)")
            #expect(try Data(contentsOf: segment) == bytes)

            let salvaged = try await winnow("rebuild", "study", "--salvage")
            #expect(salvaged.status == 0 && salvaged.errors.contains("kept "), "\(salvaged.errors)")
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: folder.file("study/journal.damaged/00000001.wnj"))) == bytes)
            let ended = try await winnow("run", "quick.yaml", "--workers", "2", "--study", "study")
            #expect(ended.status == 0, "\(ended.errors)")
            let state = try StudyState(replaying: StudyFolder(folder.file("study")))
            #expect(state.trials.allSatisfy { $0.phase == .completed })
        }
    }
}
