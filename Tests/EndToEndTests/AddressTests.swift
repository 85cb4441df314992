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
        (Self.hello(version: protocolVersion, slots: 0), "cannot read the worker's hello"),
        (Self.hello(version: 9), "speaks protocol version \(protocolVersion), not 9"),
        (Array("ready?".utf8), "cannot read the worker's hello"),
    ])
    func aMalformedHelloIsAnswered(_ hello: [UInt8], _ answer: String) async throws {
        let coordinator = try coordinator("tcp://127.0.0.1:0")
        let peer = try LyingWorker(try await coordinator.address())
        try await peer.say([hello])
        let heard = try await peer.hear { if case .refused = $0 { true } else { false } }
        guard case .refused(let refused) = heard else { return }
        #expect(refused.reason.contains(answer), "\(refused.reason)")
    }

    private static func hello(version: Int, slots: Int = 1) -> [UInt8] {
        let hello = WorkerMessage.Hello(
            protocolVersion: version, worker: "me-1-1", program: "", host: "me", slots: slots, environment: [:],
            running: [])
        return (try? Envelope(WorkerMessage.hello(hello)).frames()[0]) ?? []
    }

    /// Each version is told in the words that it understands, and what to do.
    @Test func aWorkerOfAnOlderVersionIsToldSo() async throws {
        let coordinator = try coordinator("tcp://127.0.0.1:0")
        let socket = try Socket(Context(), .dealer)
        try socket.connect(Endpoint(try await coordinator.address()))
        let hello = #"{"kind": "hello", "protocol_version": 2, "worker": "me-1-1"}"#
        var answer: String?
        try await eventually {
            _ = try socket.send([Array(hello.utf8)])
            answer = try socket.receive().map { String(decoding: $0[0], as: UTF8.self) }
            return answer != nil
        } last: {
            try coordinator.errorsSoFar
        }
        #expect(answer?.hasPrefix(#"{"kind":"refused","reason":""#) == true)
        #expect(answer?.contains("version \(protocolVersion)") == true, "\(answer ?? "")")
        try await coordinator.says("older version of the protocol")
    }

    @Test(arguments: [
        (
            try? Envelope(
                CoordinatorMessage.welcome(
                    .init(generation: 1, study: "a\tb", heartbeatSeconds: 1, leaseSeconds: 15))
            ).frames()[0],
            "study: it has control characters"
        ),
        (Array(#"{"kind": "welcome", "generation": 1, "study": "a"}"#.utf8), "older version of the protocol"),
    ])
    func aWelcomeThatCannotBeReadEndsTheWorker(_ welcome: [UInt8]?, _ reason: String) async throws {
        let welcome = try #require(welcome)
        let socket = try Socket(Context(), .router)
        let endpoint = try socket.bind(Endpoint("ipc://\(folder.file("socket"))"))
        let worker = try RunningWinnow(["worker", "\(endpoint)"], in: folder)
        try await eventually(timeout: .seconds(60)) {
            while let frames = try socket.receive() {
                _ = try socket.send([frames[0], welcome])
            }
            return worker.hasEnded
        } last: {
            try worker.errorsSoFar
        }
        let end = try await worker.end()
        #expect(end.status == 1, "\(end.errors)")
        let last = try #require(end.errorLines.last)
        #expect(last.contains("welcome cannot be read") && last.contains(reason), "\(last)")
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
