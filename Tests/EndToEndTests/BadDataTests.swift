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
            experiment("a,b,Price\n1,2,3\n4,5,6\n7,8,nan\n"), naming: "data.csv:4", "column Price", "'nan'", in: folder)
    }

    @Test func truncatedIDXFile() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("digits"), withIntermediateDirectories: false)
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]
        try Data(header + [1, 2, 3]).write(to: URL(fileURLWithPath: folder.file("digits/train-images-idx3-ubyte")))
        try Data([0, 0, 8, 1, 0, 0, 0, 2, 0, 1] as [UInt8])
            .write(to: URL(fileURLWithPath: folder.file("digits/train-labels-idx1-ubyte")))
        try await Refusal.expect(
            "data: {source: {idx: digits}}\nmodel: {preset: mlp}\n", naming: "digits/train-images-idx3-ubyte",
            in: folder)
    }

    @Test func truncatedBatchOfPhotographs() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("photos"), withIntermediateDirectories: false)
        try Data(repeating: 1, count: 3073 + 100).write(
            to: URL(fileURLWithPath: folder.file("photos/data_batch_1.bin")))
        try await Refusal.expect(
            "data: {source: {cifar10: photos}}\nmodel: {preset: mlp}\n", naming: "photos/data_batch_1.bin", in: folder)
    }

    @Test func unreadableImage() async throws {
        for name in ["lion", "tiger"] {
            try FileManager.default.createDirectory(
                atPath: folder.file("animals/\(name)"), withIntermediateDirectories: true)
            try folder.write("no picture", to: "animals/\(name)/1.png")
        }
        try await Refusal.expect(
            "data: {source: {images: animals}}\nmodel: {preset: mlp}\n", naming: "animals/lion/1.png", in: folder)
    }

    @Test func moreLabelsThanThereAre() async throws {
        try await Refusal.expect(
            "data: {source: digits, labelled: {count: 5000, validation_count: 100}}\nmodel: {preset: mlp}\n",
            naming: "digits", "labelled asks for 500 samples of class 0",
            in: folder)
    }

    @Test func moreOfAClassThanThereAre() async throws {
        try await Refusal.expect(
            "data: {source: digits, imbalance: [9, 9, 9, 9, 9, 9, 9, 9, 9, 999]}\nmodel: {preset: mlp}\n",
            naming: "digits", "999", in: folder)
    }

    @Test func aBuiltInThatIsNotHere() async throws {
        try folder.write("data: {source: mnist}\nmodel: {preset: mlp}\n", to: "bad.yaml")
        let run = try await Winnow.run(
            ["check", "bad.yaml"], in: folder,
            environment: ["WINNOW_DATA": folder.path, "XDG_DATA_HOME": folder.path])
        #expect(run.status == 66 && run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.contains("winnow data fetch mnist"), "\(run.errors)")
    }

    @Test func aTeacherThatIsNotHere() async throws {
        try await Refusal.expect(
            """
            data: {source: digits, labelled: 100}
            model: {preset: mlp}
            pseudo_label: {kind: threshold, teacher: nowhere/best.h5}
            """, status: 66, naming: "pseudo_label.teacher", "nowhere/best.h5", in: folder)
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
