import Experiments
import Studies
import Foundation
import Glibc
import Messaging
import TestSupport
import Testing
import Schema

/// Where coordinators listen and workers connect, and what each says to the other's nonsense.
@Suite struct AddressTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(SampleExperiment.quick, to: "quick.yaml")
    }

    private func coordinator(_ address: String, _ more: String...) throws -> RunningWinnow {
        try RunningWinnow(["coordinator", "quick.yaml", "--bind", address, "--study", "study"] + more, in: folder)
    }

    @Test(arguments: [
        (["tcp://localhost:0"], "localhost"), (["tcp://[::1]:0"], "[::1]"), (["tcp://*:0", "--insecure"], "*"),
        (["tcp://*:0", "--insecure"], "[::1]"), (["tcp://*:0", "--insecure"], "localhost"),
    ])
    func aWorkerFindsTheCoordinator(_ bind: [String], _ host: String) async throws {
        let coordinator = try RunningWinnow(
            ["coordinator", "quick.yaml", "--study", "study", "--bind"] + bind, in: folder)
        let address = try await coordinator.address()
        let port = try #require(address.split(separator: ":").last)
        let worker = try await Winnow.run("worker", "tcp://\(host):\(port)", in: folder)
        #expect(worker.status == 0, "\(worker.errors)")
        let end = try await coordinator.end()
        #expect(end.status == 0, "\(end.errors)")
    }

    @Test func oneProgramsThreadsAreNoAddress() async throws {
        for command in [["coordinator", "quick.yaml", "--bind", "inproc://here"], ["worker", "inproc://here"]] {
            try await Refusal.expect(
                command, status: 64, naming: ["'inproc://here'", "tcp://HOST:PORT", "ipc://PATH"], in: folder)
        }
    }

    // MARK: Words that cannot be read

    /// It would say hello for ever.
    @Test(arguments: [
        (#"{"kind": "hello", "worker": "me"}"#, "cannot read the worker's hello"),
        (#"{"kind": "hello", "protocol_version": 9}"#, "speaks protocol version 2, not 9"),
        ("ready?", "cannot read the worker's hello"),
    ])
    func aMalformedHelloIsAnswered(_ hello: String, _ answer: String) async throws {
        let coordinator = try coordinator("tcp://127.0.0.1:0")
        let peer = try LyingWorker(try await coordinator.address())
        try await peer.say([Array(hello.utf8)])
        let heard = try await peer.hear { if case .refused = $0 { true } else { false } }
        guard case .refused(let refused) = heard else { return }
        #expect(refused.reason.contains(answer), "\(refused.reason)")
    }

    @Test func aWelcomeThatCannotBeReadEndsTheWorker() async throws {
        let socket = try Socket(Context(), .router)
        let endpoint = try socket.bind(Endpoint("ipc://\(folder.file("socket"))"))
        let worker = try RunningWinnow(["worker", "\(endpoint)"], in: folder)
        let welcome = #"{"kind": "welcome", "generation": 1, "study": "a\tb", "heartbeat_s": 1, "lease_s": 15}"#
        try await eventually(timeout: .seconds(60)) {
            while let frames = try socket.receive() {
                _ = try socket.send([frames[0], Array(welcome.utf8)])
            }
            return worker.hasEnded
        } last: {
            try worker.errorsSoFar
        }
        let end = try await worker.end()
        #expect(end.status == 1, "\(end.errors)")
        let last = try #require(end.errorLines.last)
        #expect(last.contains("welcome cannot be read") && last.contains("study: it has control characters"), "\(last)")
    }

    // MARK: Names that break lines

    @Test(arguments: ["a\tb", "a\nb", "a\u{1B}[31mb", "a\u{2028}b"])
    func aStudysNameHasNoControlCharacters(_ name: String) async throws {
        try await Refusal.expect(
            ["run", "quick.yaml", "--study", name], status: 64, naming: ["control characters", "--study"], in: folder)
        try await Refusal.expect(
            ["coordinator", "quick.yaml", "--bind", "tcp://127.0.0.1:0", "--study", name], status: 64,
            naming: ["control characters", "--study"], in: folder)
    }

    /// The folders above it are nobody's choice: checkpoints travel over the wire then.
    @Test func aFolderAboveMayHaveThem() async throws {
        let odd = folder.file("odd\tfolder")
        try FileManager.default.createDirectory(atPath: odd, withIntermediateDirectories: false)
        let run = try RunningWinnow(
            ["run", "../quick.yaml", "--workers", "1", "--study", "study"], in: folder,
            program: ["sh", "-c", "cd 'odd\tfolder' && exec \"$0\" \"$@\"", binaryPath("winnow")])
        let end = try await run.end()
        #expect(end.status == 0, "\(end.errors)")
    }
}
