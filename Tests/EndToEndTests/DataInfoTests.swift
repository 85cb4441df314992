import Foundation
import TestSupport
import Testing

/// `winnow data list` and `winnow data info` of the real program.
@Suite struct DataInfoTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// What the list says without reading a data set is what reading it shows.
    @Test(arguments: ["mnist-5k", "digits", "housing"])
    func theListIsTrue(_ name: String) async throws {
        let list = try await Winnow.run("data", "list", "--json", in: folder)
        let info = try await Winnow.run("data", "info", name, "--json", in: folder)
        #expect(list.status == 0 && info.status == 0, "\(list.errors)\(info.errors)")
        let rows = try #require(try list.document()["datasets"] as? [[String: Any]])
        let row = try #require(rows.first { $0["name"] as? String == name })
        let read = try info.document()
        #expect(row["samples"] as? Int == read["samples"] as? Int)
        #expect(row["shape"] as? [Int] == read["shape"] as? [Int])
        #expect(row["task"] as? String == read["task"] as? String)
        #expect(row["classes"] as? Int == (read["classes"] as? [Any])?.count)
        #expect(row["whole"] as? Bool == true)
    }

    @Test func theListIsATable() async throws {
        let list = try await Winnow.run(
            "data", "list", in: folder, environment: ["XDG_DATA_HOME": folder.path, "WINNOW_DATA": folder.path])
        let lines = list.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(
            lines.dropFirst().map { $0[0] } == ["mnist-5k", "digits", "housing", "mnist", "fashion-mnist", "cifar10"])
        #expect(list.output.contains("winnow data fetch fashion-mnist"))
        #expect(list.errors.isEmpty)
    }

    @Test func halfADataSetIsNoDataSet() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("mnist"), withIntermediateDirectories: false)
        try folder.write("", to: "mnist/train-images-idx3-ubyte.gz")
        let list = try await Winnow.run("data", "list", in: folder, environment: ["WINNOW_DATA": folder.path])
        #expect(list.output.contains("\(folder.path)/mnist, incomplete: winnow data fetch mnist"))
    }

    @Test func aTableIsDescribed() async throws {
        try folder.write(
            "size,colour,taste\n1,0.5,sweet\n2,0.25,sour\n3,0,sweet\n4,1,sour\n5,0,sour\n", to: "fruit.csv")
        let info = try await Winnow.run("data", "info", "fruit.csv", in: folder)
        #expect(info.status == 0, "\(info.errors)")
        #expect(info.output.contains("samples: 5\n"))
        #expect(info.output.contains("shape: 2, float32\n"))
        let rows = info.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains(["sweet", "2"]) && rows.contains(["sour", "3"]))
        #expect(rows.contains(["colour", "number", "1", "0", "0", "to", "1"]), "\(info.output)")
    }

    @Test func theTaskFollowsFromTheTargetsUnlessItIsSaid() async throws {
        try folder.write((0..<9).map { "\($0),\(Double($0) / 4)\n" }.joined(), to: "halves.csv")
        try folder.write((0..<9).map { "\($0),\($0 % 3)\n" }.joined(), to: "thirds.csv")
        for (arguments, task) in [
            (["halves.csv"], "regression"), (["thirds.csv"], "classification"),
            (["thirds.csv", "--task", "regression"], "regression"),
            (["halves.csv", "--target", "0", "--task", "classification"], "classification"),
        ] {
            let info = try await Winnow.run(["data", "info", "--json"] + arguments, in: folder)
            #expect(try info.document()["task"] as? String == task, "\(arguments) \(info.errors)")
        }
    }

    @Test func whatIsNoDataSetIsRefused() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("empty"), withIntermediateDirectories: false)
        try folder.write("a,b\n1,2\n3\n", to: "ragged.csv")
        try await Refusal.expect(
            ["data", "info", "missing.csv"], status: 66, naming: ["missing.csv", "winnow data list"], in: folder)
        try await Refusal.expect(
            ["data", "info", "empty"], status: 65, naming: ["empty", "data_batch_1.bin"], in: folder)
        try await Refusal.expect(["data", "info", "ragged.csv"], status: 65, naming: ["ragged.csv:3"], in: folder)
        try await Refusal.expect(
            ["data", "info", "/dev/null"], status: 65, naming: ["/dev/null", "neither a file nor a folder"], in: folder)
        try await Refusal.expect(
            ["data", "info", "digits", "--target", "1"], status: 64, naming: ["built-in", "--target"], in: folder)
    }
}
