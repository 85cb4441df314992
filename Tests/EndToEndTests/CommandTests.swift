import TestSupport
import Testing

/// Words of the command line.
@Suite struct CommandTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test(arguments: [
        (["reslts"], "results"), (["chek", "a.yaml"], "check"), (["worke", "tcp://127.0.0.1:1"], "worker"),
        (["train", "a.yaml"], "run"), (["data", "lst"], "list"), (["data", "ftch", "mnist"], "fetch"),
    ])
    func anUnknownOneGetsItsNearest(_ words: [String], _ meant: String) async throws {
        try await Refusal.expect(words, status: 64, naming: ["did you mean \"\(meant)\"?"], in: folder)
    }

    @Test func anUnknownOneWithoutANearestGetsAll() async throws {
        try await Refusal.expect(
            ["frobnicate"], status: 64, naming: ["there is no command \"frobnicate\"", "run, coordinator, worker"],
            in: folder)
    }

    @Test(arguments: [["help"], ["--help"], ["help", "run"], ["data", "help"], ["--version"]])
    func helpIsNoUnknownOne(_ words: [String]) async throws {
        let run = try await Winnow.run(words, in: folder)
        #expect(run.status == 0, "\(run.errors)")
    }
}
