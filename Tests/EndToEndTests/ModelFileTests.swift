import Foundation
import TestSupport
import Testing

extension Studies {
    /// Models that are not where a study's results say, and the rights of those that are.
    @Suite struct ModelFileTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
        }

        private func run(_ more: String...) async throws {
            let run = try await Winnow.run(
                ["run", "quick.yaml", "--workers", "1", "--study", "study"] + more, in: folder)
            try #require(run.status == 0, "\(run.errors)")
        }

        @Test func thatOneIsMissingIsSaidWhereverItsPathStands() async throws {
            try await run()
            let before = try await Winnow.run("results", "study", "--json", in: folder)
            let winner = try #require(try before.document()["selected_trial"] as? Int)
            #expect(try before.trials().allSatisfy { $0["checkpoint_state"] as? String == "stored" })
            let path = "study/trials/0000\(winner)/best.h5"
            try FileManager.default.removeItem(atPath: folder.file(path))

            let table = try await Winnow.run("results", "study", in: folder)
            #expect(table.output.contains("model:    \(path) is missing"), "\(table.output)")
            #expect(table.output.contains("trial \(winner): its best.h5 is missing"), "\(table.output)")
            let trial = try await Winnow.run("results", "study", "--json", in: folder).trials()[winner]
            #expect(trial["checkpoint"] == nil && trial["checkpoint_state"] as? String == "missing")
            let shown = try await Winnow.run("show", "study", "\(winner)", in: folder)
            #expect(shown.output.contains("model: \(path) is missing"), "\(shown.output)")
            let rebuilt = try await Winnow.run("rebuild", "study", in: folder)
            #expect(rebuilt.status == 0 && rebuilt.errors.contains("\(path): is missing"), "\(rebuilt.errors)")
        }

        @Test func thatOneWasGivenUpForTheBudgetIsSaid() async throws {
            // Each model has some 9 kB.
            try await run("--set", "checkpoint.budget=50kB", "--set", "search.trials=12")
            let trials = try await Winnow.run("results", "study", "--json", in: folder).trials()
            let winner = try #require(
                try await Winnow.run("results", "study", "--json", in: folder).document()["selected_trial"] as? Int)
            let models = try contents(of: folder.file("study/trials")).filter { $0.key.hasSuffix(".h5") }
            #expect(models.values.reduce(0) { $0 + $1.count } <= 50_000)
            #expect(models["0000\(winner)/best.h5"] != nil || models["000\(winner)/best.h5"] != nil, "\(models.keys)")
            let given = trials.indices.filter { trials[$0]["checkpoint_state"] as? String == "given_up" }
            #expect(!given.isEmpty && given.count == 12 - models.count)
            for index in given {
                let values = [index, winner].map { trials[$0]["best_value"] as? Double ?? 0 }
                #expect(values[0] > values[1], "the winner's is kept")
            }
            let words = "models were given up for checkpoint.budget"
            for command in [["results", "study"], ["rebuild", "study"]] {
                let end = try await Winnow.run(command, in: folder)
                #expect((end.output + end.errors).contains(words), "\(end.output)")
            }
            let shown = try await Winnow.run("show", "study", "\(given[0])", in: folder)
            #expect(shown.output.contains("model: given up for checkpoint.budget"), "\(shown.output)")
        }

        @Test(arguments: [("022", 0o644), ("027", 0o640), ("077", 0o600)])
        func theUmaskDecidesWhoMayReadThem(mask: String, rights: Int) async throws {
            let end = try await RunningWinnow(
                ["run", "quick.yaml", "--workers", "1", "--study", "study", "--set", "checkpoint.keep_last=true"],
                in: folder, program: ["/bin/sh", "-c", "umask \(mask); exec \"$0\" \"$@\"", binaryPath("winnow")]
            ).end()
            try #require(end.status == 0, "\(end.errors)")
            for name in ["study.h5", "trials/00000/best.h5", "trials/00000/last.h5", "trials/00000/log.txt"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("study/\(name)"))
                #expect(attributes[.posixPermissions] as? Int == rights, "\(name)")
            }
        }
    }
}
