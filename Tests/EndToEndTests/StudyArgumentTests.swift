import Foundation
import TestSupport
import Testing

extension Studies {
    /// A study's folder in the place of its experiment file, and `best` in the place of a trial's number.
    @Suite struct StudyArgumentTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try FileManager.default.createDirectory(atPath: folder.file("mine"), withIntermediateDirectories: true)
            // The data lie beside the experiment file, and the program is started elsewhere.
            let rows = (0..<60).map { "\($0 % 7),\(($0 * 5) % 11),\($0 % 7 + 2 * (($0 * 5) % 11))\n" }
            try folder.write("u,v,y\n" + rows.joined(), to: "mine/table.csv")
            try folder.write(
                """
                # My own words.
                data: {source: {csv: table.csv, target: y, task: regression}, scale_target: true}
                model: {preset: mlp, hidden: [8]}
                train: 3
                search: {sampler: random, trials: 3, parameters: {optimizer.learning_rate: {min: 0.001, max: 0.1}}}

                """, to: "mine/experiment.yaml")
        }

        private func run(_ arguments: String..., status: Int32 = 0) async throws -> EndedWinnow {
            let run = try await Winnow.run(["run"] + arguments, in: folder)
            try #require(run.status == status, "\(run.errors)")
            return run
        }

        @Test func aStudyGoesOnByItsFolder() async throws {
            _ = try await run("mine/experiment.yaml", "--study", "out/study", "--set", "seed=3")
            let before = try StudyRecords(of: folder.file("out/study"))

            let idle = try await run("out/study")
            #expect(idle.errors.contains("nothing to train"), "\(idle.errors)")

            _ = try await run("out/study/", "--set", "search.trials=5")
            let after = try StudyRecords(of: folder.file("out/study"))
            #expect(after.bytes.starts(with: before.bytes))
            #expect(after.attempts == [1, 1, 1, 1, 1])
            // What the user wrote stays, and the overrides are part of the study.
            let text = try String(contentsOfFile: folder.file("out/study/experiment.yaml"), encoding: .utf8)
            #expect(text.hasPrefix("# My own words.\n"))
            let resolved = try String(contentsOfFile: folder.file("out/study/resolved.yaml"), encoding: .utf8)
            #expect(resolved.contains("seed: 3\n") && resolved.contains("trials: 5\n"))
        }

        @Test func whereverTheProgramIsStarted() async throws {
            _ = try await run("mine/experiment.yaml", "--study", "study")
            let elsewhere = try TemporaryDirectory()
            let run = try await Winnow.run(["run", folder.file("study"), "--set", "search.trials=4"], in: elsewhere)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try StudyRecords(of: folder.file("study")).attempts == [1, 1, 1, 1])
        }

        @Test func aFolderThatIsNoStudyIsRefused() async throws {
            try await Refusal.expect(
                ["run", "mine"], status: 66, naming: ["mine: is a folder, and no study"], in: folder)
        }

        @Test func aStudyGoesOnNowhereElse() async throws {
            _ = try await run("mine/experiment.yaml", "--study", "study")
            let run = try await run("study", "--study", "other", status: 64)
            #expect(run.errorLines.count == 1 && run.errors.contains("leave --study other out"), "\(run.errors)")
        }

        @Test func theBestTrialHasAName() async throws {
            _ = try await run("mine/experiment.yaml", "--study", "study")
            let results = try await Winnow.run("results", "study", "--json", in: folder)
            let number = try #require(try results.document()["selected_trial"] as? Int)
            for command in ["show", "explain"] {
                let best = try await Winnow.run(command, "study", "best", in: folder)
                let numbered = try await Winnow.run(command, "study", "\(number)", in: folder)
                #expect(best.status == 0 && best.output == numbered.output, "\(best.errors)")
            }
            let other = try await Winnow.run("show", "study", "worst", in: folder)
            #expect(other.status == 64)
        }
    }
}
