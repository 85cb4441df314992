import Foundation
import TestSupport
import Testing

extension Studies {
    /// What `winnow journal` prints of a study.
    @Suite struct JournalCommandTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
        }

        @Test func everyRecordIsALine() async throws {
            let run = try await Winnow.run("run", "quick.yaml", "--workers", "1", "--study", "study", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            let text = try await Winnow.run("journal", "study", in: folder)
            let json = try await Winnow.run("journal", "study", "--json", in: folder)
            #expect(text.status == 0 && json.status == 0 && text.errors.isEmpty && json.errors.isEmpty)

            let lines = text.output.split(separator: "\n")
            let records = try json.output.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(lines.count == records.count)
            let created = try #require(records.first)
            #expect(created["study_created"] != nil && lines[0].contains(" was made by winnow "))
            // One study's, and each of one kind.
            #expect(records.allSatisfy { $0["study"] as? Int == created["study"] as? Int && $0.count == 2 })

            let rows = records.compactMap { $0["row"] as? [String: Any] }
            #expect(rows.count == 15, "3 trials of 5 epochs")
            #expect(rows.allSatisfy { ($0["named"] as? [String: Double])?["validation_loss"] != nil })
            let decisions = records.compactMap { $0["decision"] as? [String: Any] }
            #expect(decisions.count { $0["create"] != nil } == 3 && decisions.count { $0["finish"] != nil } == 1)
            #expect(decisions.allSatisfy { ($0["reason"] as? String)?.isEmpty == false })
            #expect(
                lines.contains { $0.contains("trial 2 is created (point 2 of the plan, seed 0): ") }, "\(text.output)")
            #expect(
                lines.contains {
                    $0.hasSuffix("no further trial is created: all 3 trials of the random search are there")
                })
        }

        @Test func whereThereIsNoStudyItSaysSo() async throws {
            let ended = try await Winnow.run("journal", ".", in: folder)
            #expect(ended.status == 66 && ended.errors.contains("there is no study here") && ended.output.isEmpty)
        }
    }
}
