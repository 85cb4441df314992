import Foundation
import Glibc
import TestSupport
import Testing

/// `winnow data fetch` of the real program, from a server of the test's own that has the real MNIST.
@Suite(.enabled(if: RealData.folder("mnist") != nil, "needs mnist/ in WINNOW_TEST_DATA"))
struct DataFetchTests {
    private static let first = "train-images-idx3-ubyte.gz"
    /// Half of the first file: where the stuck server stops.
    private static let half = 4_956_211

    private let folder: TemporaryDirectory
    private let logs: TemporaryDirectory
    private let mnist: String
    private let server: TestServer

    init() throws {
        folder = try TemporaryDirectory()
        logs = try TemporaryDirectory()
        mnist = try #require(RealData.folder("mnist"))
        server = try TestServer(serving: mnist, log: logs.file("requests"))
    }

    private func arguments(_ kind: String) -> [String] {
        ["data", "fetch", "mnist", "--to", "mnist", "--mirror", server.url(kind)]
    }

    /// A fetch of which half of the first file has come.
    private func stuckFetch() async throws -> RunningWinnow {
        let fetch = try RunningWinnow(arguments("stuck"), in: folder)
        let part = folder.file("mnist/\(Self.first).part")
        try await eventually {
            try FileManager.default.fileExists(atPath: part) && size(part) == Self.half
        } last: {
            try fetch.errorsSoFar
        }
        return fetch
    }

    private func size(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    }

    private func expectWhole() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("mnist"))
        #expect(names.count == 4 && names.allSatisfy { $0.hasSuffix("-ubyte.gz") }, "\(names)")
        for name in names {
            #expect(
                FileManager.default.contentsEqual(atPath: folder.file("mnist/\(name)"), andPath: "\(mnist)/\(name)"))
        }
    }

    @Test func aKilledFetchGoesOnWhereItEnded() async throws {
        let killed = try await stuckFetch()
        killed.send(SIGKILL)
        #expect(try await killed.end().status == nil)
        let fetch = try await Winnow.run(arguments("ranges"), in: folder)
        #expect(fetch.status == 0, "\(fetch.errors)")
        #expect(fetch.output == "mnist\n")
        #expect(
            try server.requests().first { $0.hasPrefix("/ranges") } == "/ranges/\(Self.first) bytes=\(Self.half)-")
        try expectWhole()
        let again = try await Winnow.run(arguments("missing"), in: folder)
        #expect(again.status == 0)
        #expect(again.errorLines.count == 4 && again.errorLines.allSatisfy { $0.hasSuffix(": already there") })
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptedFetchSaysHowToGoOn(_ signal: Int32) async throws {
        let interrupted = try await stuckFetch()
        interrupted.send(signal)
        let end = try await interrupted.end()
        #expect(end.status == 75)
        let command = "winnow " + arguments("stuck").joined(separator: " ")
        #expect(end.errorLines.last == "winnow: interrupted; what came is kept; to go on: \(command)")
        #expect(try size(folder.file("mnist/\(Self.first).part")) == Self.half)
    }

    @Test func whatGoesWrongHasItsExitCode() async throws {
        for (mirror, status, words) in [
            (server.url("missing"), 69, "curl error 22: The requested URL returned error: 404"),
            ("http://127.0.0.1:1/", 69, "curl error 7: "), (server.url("wrong"), 65, "its SHA-256 is "),
            ("nowhere", 66, "nowhere/\(Self.first): there is no such file"), ("ftp://127.0.0.1/", 64, "http://"),
        ] {
            let run = try await Winnow.run("data", "fetch", "mnist", "--to", "new", "--mirror", mirror, in: folder)
            #expect(run.status == Int32(status), "\(run.errors)")
            #expect(run.output.isEmpty)
            #expect(run.errorLines.last?.contains(words) == true, "\(run.errors)")
            #expect(run.errorLines.count <= 2)
        }
        let disk = try await Winnow.run(
            "data", "fetch", "mnist", "--to", "/proc/new", "--mirror", mnist, in: folder)
        #expect(
            disk.status == 74
                && disk.errorLines == ["winnow: /proc/new: the folder cannot be made: No such file or directory"])
    }

    @Test func theDefaultFolderIsWhereExperimentsLook() async throws {
        let home = ["XDG_DATA_HOME": folder.file("home"), "WINNOW_DATA": folder.file("none")]
        let fetch = try await Winnow.run(
            "data", "fetch", "mnist", "--mirror", mnist, in: folder, environment: home)
        #expect(fetch.output == folder.file("home/winnow/mnist") + "\n", "\(fetch.errors)")
        let info = try await Winnow.run("data", "info", "mnist", "--json", in: folder, environment: home)
        #expect(try info.document()["samples"] as? Int == 70_000, "\(info.errors)")
        let list = try await Winnow.run("data", "list", "--json", in: folder, environment: home)
        let rows = try #require(try list.document()["datasets"] as? [[String: Any]])
        let row = try #require(rows.first { $0["name"] as? String == "mnist" })
        #expect(row["path"] as? String == folder.file("home/winnow/mnist"))
        #expect(row["whole"] as? Bool == true)
    }
}
