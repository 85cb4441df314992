import Foundation
import TestSupport
import Testing

extension Studies {
    /// A study's points compared, and its page, by the real program.
    @Suite struct CompareReportTests {
        private let folder: TemporaryDirectory

        /// Two points with three seeds each.
        private static let experiment = """
            name: pair
            seed: 4
            data: {source: housing, scale_target: true}
            model: {preset: regressor, hidden: 8, dropout: 0.0}
            loss: {kind: mean_squared_error}
            train: {epochs: 4}
            search:
              sampler: grid
              seeds: 3
              parameters:
                model.dropout: {values: [0.0, 0.5]}

            """

        init() async throws {
            folder = try TemporaryDirectory()
            try folder.write(Self.experiment, to: "pair.yaml")
            let run = try await Winnow.run("run", "pair.yaml", "--workers", "2", "--study", "study", in: folder)
            try #require(run.status == 0, "\(run.errors)")
        }

        @Test func theComparisonIsThatOfTheTrials() async throws {
            let results = try await Winnow.run("results", "study", "--json", in: folder).trials()
            let run = try await Winnow.run("compare", "study", "--json", in: folder)
            let document = try run.document()
            #expect(run.status == 0 && run.errors.isEmpty)
            #expect(document["metric"] as? String == "test_rmse" && document["goal"] as? String == "minimize")
            let arms = try #require(document["arms"] as? [[String: Any]])
            #expect(arms.map { $0["label"] as? String } == ["model.dropout = 0.0", "model.dropout = 0.5"])
            for (point, arm) in arms.enumerated() {
                let expected = results.filter { $0["point"] as? Int == point }
                    .map { ($0["test_metrics"] as? [String: Double])?["test_rmse"] }
                let values = try #require(arm["values"] as? [[String: Any]])
                #expect(values.map { $0["replicate"] as? Int } == [0, 1, 2])
                #expect(values.map { $0["value"] as? Double } == expected)
            }
            #expect(arms[0]["verdict"] == nil && arms[1]["verdict"] != nil && arms[1]["interval"] != nil)

            let text = try await Winnow.run("compare", "study", in: folder)
            #expect(text.status == 0 && text.errors.isEmpty)
            #expect(text.output.hasSuffix(((document["verdicts"] as? [String])?.last ?? "?") + "\n"))
        }

        @Test func anyMetricCanBeAskedFor() async throws {
            let run = try await Winnow.run("compare", "study", "--metric", "validation_loss", "--json", in: folder)
            #expect(try run.document()["metric"] as? String == "validation_loss")
            try await Refusal.expect(
                ["compare", "study", "--metric", "test_rsme"], status: 64,
                naming: ["study", "\"test_rsme\"", "did you mean \"test_rmse\"?", "validation_loss"], in: folder)
        }

        @Test func thePageAndThePicturesAreWritten() async throws {
            let run = try await Winnow.run("report", "study", "--figures", "new/figures", in: folder)
            #expect(run.status == 0 && run.errors.isEmpty && run.output == "study/report.html\n")
            let page = try String(contentsOfFile: folder.file("study/report.html"), encoding: .utf8)
            #expect(page.contains("<h1>pair</h1>") && page.hasSuffix("</html>\n"))
            let figures = try FileManager.default.contentsOfDirectory(atPath: folder.file("new/figures")).sorted()
            #expect(figures == ["comparison.svg", "losses-0.svg", "losses-1.svg"])
        }

        @Test(arguments: ["compare", "report"])
        func whereNoStudyIsOneLineSaysSo(command: String) async throws {
            try await Refusal.expect([command, "nowhere"], status: 66, naming: ["nowhere"], in: folder)
            let help = try await Winnow.run(command, "--help", in: folder)
            #expect(help.status == 0 && help.output.contains("Example: winnow \(command) "))
        }
    }
}
