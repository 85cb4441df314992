import Foundation
import Glibc
import TestSupport
import Testing

/// What looks like a mistake in the data is told by every command that reads them, and once.
@Suite struct DataWarningTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Noise in two classes, and an index that tells them apart.
    private func writeTable(_ header: String = ",a,kind") throws {
        let rows = (0..<60).map { "\($0),\(Double($0 * 37 % 60) / 8),\($0 < 30 ? "x" : "y")" }
        try folder.write(([header] + rows).joined(separator: "\n") + "\n", to: "noise.csv")
    }

    private func experiment(_ source: String) -> String {
        "data: {source: {csv: \(source)}, batch_size: 16}\nmodel: {layers: [{linear: {features: 2}}]}\ntrain: "
            + "{epochs: 1}\n"
    }

    @Test func everyCommandThatReadsDataTellsOnce() async throws {
        try writeTable()
        try folder.write(experiment("noise.csv, target: kind, task: classification"), to: "noise.yaml")
        for command in [
            ["check", "noise.yaml"], ["run", "noise.yaml", "--workers", "2"], ["data", "info", "noise.csv"],
            ["data", "convert", "noise.csv", "noise.h5"],
        ] {
            let run = try await Winnow.run(command, in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let told = run.errorLines.filter { $0.contains("column Unnamed: 0: has no name and counts the rows") }
            #expect(told.count == 1, "\(command): \(run.errors)")
            #expect(told.first?.contains("ignore: ['Unnamed: 0']") == true)
        }
        let info = try await Winnow.run("data", "info", "noise.csv", "--json", in: folder)
        #expect((try info.document()["warnings"] as? [String])?.count == 1)
        let without = experiment("noise.csv, target: kind, ignore: ['Unnamed: 0'], task: classification")
        try folder.write(without, to: "noise.yaml")
        let check = try await Winnow.run("check", "noise.yaml", in: folder)
        #expect(check.status == 0 && check.errorLines.count == 1, "\(check.errors)")
    }

    @Test func aHeaderAndAnEncodingAreSaid() async throws {
        let rows = (0..<40).map {
            Array("\(Double($0) + 0.25),\($0 % 9).5,M".utf8) + [$0 % 2 == 0 ? 0xFC : 0xF6] + Array("ller\n".utf8)
        }
        try Data(Array("0,1,2\n".utf8) + rows.joined()).write(to: URL(fileURLWithPath: folder.file("names.csv")))
        try await Refusal.expect(
            experiment("names.csv, target: 2, task: classification"),
            naming: "names.csv:2: is no UTF-8", "say encoding: latin-1", in: folder)
        try await Refusal.expect(
            experiment("names.csv, target: 2, task: classification, encoding: latin-2"),
            naming: "data.source.encoding", "unknown encoding \"latin-2\"", "latin-1", in: folder)
        try folder.write(
            experiment("names.csv, target: 2, task: classification, encoding: ISO-8859-1, header: true"),
            to: "names.yaml")
        let check = try await Winnow.run("check", "names.yaml", "--print-config", in: folder)
        #expect(check.status == 0, "\(check.errors)")
        #expect(check.errors.contains("24 training, 8 validation and 8 test samples of 2"), "\(check.errors)")
        #expect(check.output.contains("encoding: latin-1") && check.output.contains("header: true"), "\(check.output)")
        let info = try await Winnow.run(
            "data", "info", "names.csv", "--encoding", "latin-1", "--header", "--json", in: folder)
        #expect(try info.document()["samples"] as? Int == 40, "\(info.errors)")
        #expect(info.output.contains("M\u{FC}ller") && info.output.contains("M\u{F6}ller"))
        let run = try await Winnow.run("run", "names.yaml", "--workers", "1", in: folder)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func aHundredPricesAreARegression() async throws {
        try folder.write((0..<100).map { "\($0 % 7),\(250_000 + $0 * 1000)\n" }.joined(), to: "prices.csv")
        let info = try await Winnow.run("data", "info", "prices.csv", "--json", in: folder)
        #expect(try info.document()["task"] as? String == "regression", "\(info.output)")
        try await Refusal.expect(
            experiment("prices.csv, target: 1, task: classification"), naming: "100 different numbers in 100 samples",
            "say task: regression", in: folder)
    }

    /// Prices in the hundreds of thousands, which no model reaches in two epochs from 0.
    @Test func aTargetThatIsNotScaledIsHintedAt() async throws {
        try folder.write((0..<60).map { "\($0 % 7),\(250_000 + $0 * 37 % 60 * 1000)\n" }.joined(), to: "prices.csv")
        let text = """
            data: {source: {csv: prices.csv, target: 1, task: regression}}
            model: {preset: regressor, hidden: 4}
            train: {epochs: 2}

            """
        try folder.write(text, to: "prices.yaml")
        let run = try await Winnow.run("run", "prices.yaml", "--workers", "1", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errorLines.filter { $0.contains("try data.scale_target: true") }.count == 1, "\(run.errors)")
        let scaled = try await Winnow.run(
            "run", "prices.yaml", "--workers", "1", "--set", "data.scale_target=true", "--study", "scaled", in: folder)
        #expect(scaled.status == 0 && !scaled.errors.contains("hint:"), "\(scaled.errors)")
    }

    @Test func aPipeIsRefusedAndNotWaitedFor() async throws {
        try #require(mkfifo(folder.file("pipe.csv"), 0o600) == 0)
        for source in ["{csv: pipe.csv, target: 1, task: regression}", "{hdf5: pipe.csv, task: regression}"] {
            try folder.write("data: {source: \(source)}\nmodel: {preset: regressor}\n", to: "pipe.yaml")
            let run = try await Winnow.run("check", "pipe.yaml", in: folder)
            #expect(run.status == 65 && run.errorLines.count == 1, "\(run.errors)")
            #expect(run.errors.contains("pipe.csv: is a pipe"), "\(run.errors)")
        }
        let info = try await Winnow.run("data", "info", "pipe.csv", in: folder)
        #expect(info.status == 65 && info.errors.contains("neither a file nor a folder"), "\(info.errors)")
    }
}
