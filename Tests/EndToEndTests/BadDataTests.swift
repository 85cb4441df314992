import Foundation
import TestSupport
import Testing

/// Mistakes in the data that an experiment names, one by one.
@Suite struct BadDataTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// An experiment on the table `data.csv` with this text.
    private func experiment(_ table: String, target: String = "Price") throws -> String {
        try folder.write(table, to: "data.csv")
        return """
            data: {source: {csv: data.csv, target: \(target), task: regression}}
            model: {preset: regressor}
            loss: {kind: mean_squared_error}
            """
    }

    @Test func missingTable() async throws {
        let text = try experiment("")
        try FileManager.default.removeItem(atPath: folder.file("data.csv"))
        try await Refusal.expect(text, status: 66, naming: "data.csv", "no such file", in: folder)
    }

    @Test func raggedRow() async throws {
        try await Refusal.expect(
            experiment("a,b,Price\n1,2,3\n4,5\n7,8,9\n"), naming: "data.csv:3", "2 cells", "3", in: folder)
    }

    @Test func missingTarget() async throws {
        try await Refusal.expect(
            experiment("a,b,Price\n1,2,3\n4,5,6\n7,8,9\n", target: "Prise"), naming: "data.csv:1", "no column Prise",
            "did you mean Price?", in: folder)
    }

    @Test func textInANumberColumn() async throws {
        try await Refusal.expect(
            experiment("a,b,Price\n1,2,3\n4,many,6\n7,8,9\n"), naming: "data.csv:3", "column b", "'many'", in: folder)
    }

    @Test func notANumber() async throws {
        try await Refusal.expect(
            experiment("a,b,Price\n1,2,3\n4,5,6\nnan,8,9\n"), naming: "data.csv:4", "column a", "'nan'", in: folder)
    }

    @Test func truncatedArchive() async throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: Repository.file("Examples/data/digits.csv.gz")))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: folder.file("cut.csv.gz")))
        try await Refusal.expect(
            """
            data: {source: {csv: cut.csv.gz, target: 64, task: classification, shape: [1, 8, 8]}}
            model: {layers: [flatten, {linear: {features: 10}}]}
            """, naming: "cut.csv.gz", "cut off", in: folder)
    }
}
