import Experiments
import Studies
import Testing
import Schema

/// What a coordinator may not say: nothing of it leads a worker out of its folders.
@Suite struct CoordinatorCheckTests {
    static let digest = MessageTests.digest
    static let welcome = CoordinatorMessage.Welcome(
        generation: 4, study: "s", heartbeatSeconds: 1, leaseSeconds: 15,
        shared: [.init(path: "/a/s", name: ".shared", nonce: digest)])

    private static func welcome(_ change: (inout CoordinatorMessage.Welcome) -> Void) -> CoordinatorMessage {
        var welcome = welcome
        change(&welcome)
        return .welcome(welcome)
    }

    private static func files(_ paths: String...) -> CoordinatorMessage {
        .dataFiles(.init(data: digest, files: paths.map { .init(path: $0, size: 9, sha256: digest) }))
    }

    private static let foreign = AttemptID(trial: -1, attempt: 1)

    static let lies: [(String, CoordinatorMessage)] = [
        ("generation", welcome { $0.generation = -1 }),
        ("study", welcome { $0.study = "a\u{1B}c" }),
        ("shared.path", welcome { $0.shared[0].path = "/a\n" }),
        ("generation", .heartbeat(.init(generation: -1, answers: 0))),
        ("id.trial", .assign(.init(id: foreign, seed: 0, experiment: digest, dataDigest: digest, resume: nil))),
        ("id.trial", .epochStored(.init(id: foreign, epoch: 1))),
        ("offset", .received(.init(id: MessageTests.id, file: MessageTests.chunk.file, offset: -1))),
        ("id.trial", .fileStored(.init(id: foreign, file: MessageTests.chunk.file))),
        (
            "file.size",
            .fileStored(.init(id: MessageTests.id, file: .init(kind: .last, epoch: 1, size: 0, sha256: digest)))
        ),
        ("data_sha256", .dataFiles(.init(data: "../x", files: []))),
        ("data_sha256", .dataChunk(.init(data: "../x", path: "a", offset: 0))),
        ("offset", .dataChunk(.init(data: digest, path: "a", offset: -1))),
        ("heartbeat_s", welcome { $0.heartbeatSeconds = 0 }),
        ("lease_s", welcome { $0.leaseSeconds = .infinity }),
        ("lease_s", welcome { $0.leaseSeconds = 0.5 }),
        ("shared.path", welcome { $0.shared[0].path = "etc" }),
        ("shared.path", welcome { $0.shared[0].path = "/a/../etc" }),
        ("shared.name", welcome { $0.shared[0].name = "../.x" }),
        ("shared.name", welcome { $0.shared[0].name = "machine-id" }),
        ("shared.nonce", welcome { $0.shared[0].nonce = "" }),
        ("shared.nonce", welcome { $0.shared[0].nonce = "not hexadecimal!" }),
        ("files.path", files("/etc/passwd")),
        ("files.path", files("../a")),
        ("files.path", files("a/../../b")),
        ("files.path", files("a//b")),
        ("files.path", files("a/")),
        ("files.path", files("./a")),
        ("files.path", files("")),
        ("files.path", files("a\0b")),
        ("files.path", files("a", "a")),
        ("files.path", files("a/b/c", "a")),
        ("files.path", files(Array(repeating: "a", count: 33).joined(separator: "/"))),
        ("files.path", files(String(repeating: "a", count: 256))),
        (
            "files",
            .dataFiles(.init(data: digest, files: (0...10_000).map { .init(path: "\($0)", size: 1, sha256: "") }))
        ),
        ("files.size", .dataFiles(.init(data: digest, files: [.init(path: "a", size: -1, sha256: digest)]))),
        ("files.sha256", .dataFiles(.init(data: digest, files: [.init(path: "a", size: 1, sha256: "00")]))),
        ("path", .dataChunk(.init(data: digest, path: "/etc/passwd", offset: 0))),
        ("bytes", .chunk(MessageTests.chunk)),
        (
            "data_sha256",
            .assign(.init(id: MessageTests.id, seed: 0, experiment: digest, dataDigest: "../x", resume: nil))
        ),
        (
            "file.size",
            .assign(
                .init(
                    id: MessageTests.id, seed: 0, experiment: digest, dataDigest: digest,
                    resume: .init(kind: .last, epoch: 1, size: 1 << 60, sha256: digest)))
        ),
        (
            "experiment_sha256",
            .assign(.init(id: MessageTests.id, seed: 0, experiment: "x", dataDigest: digest, resume: nil))
        ),
        (
            "metrics",
            .assign(
                .init(id: MessageTests.id, seed: 0, experiment: digest, dataDigest: digest, resume: nil, metrics: [""]))
        ),
        (
            "pause_after",
            .assign(
                .init(id: MessageTests.id, seed: 0, experiment: digest, dataDigest: digest, resume: nil, pauseAfter: 0))
        ),
        (
            "parameters.path",
            .assign(
                .init(
                    id: MessageTests.id, seed: 0, experiment: digest, parameters: [.init(path: "", value: .int(1))],
                    dataDigest: digest, resume: nil))
        ),
        ("sha256", .experiment(.init(study: .none, digest: "x", text: ""))),
        ("shared", welcome { $0.shared = Array(repeating: $0.shared[0], count: 1_001) }),
        ("epoch", .epochStored(.init(id: MessageTests.id, epoch: 0))),
        ("answers", .epochStored(.init(id: MessageTests.id, epoch: 1, answers: -1))),
        ("metrics", .epochStored(.init(id: MessageTests.id, epoch: 1, metrics: ["a\n": 0]))),
        ("id.trial", .abandon(.init(trial: .min, attempt: 1))),
        ("answers", .heartbeat(.init(generation: 1, answers: -1))),
    ]

    @Test(arguments: lies)
    func isRefusedByTheNameOfTheField(field: String, message: CoordinatorMessage) throws {
        let frames = try Envelope(message).frames()
        let error = try #require(throws: WireError.self) { try Envelope<CoordinatorMessage>(frames: frames) }
        #expect(error.description.hasPrefix("\(field): "), "\(error)")
    }

    @Test func bytesBelongToPiecesOfFiles() throws {
        for (message, count) in [
            (CoordinatorMessage.whoAreYou(.init()), 1),
            (.dataChunk(.init(data: Self.digest, path: "a", offset: 0)), Chunk.size + 1),
        ] {
            let frames = try Envelope(message, bytes: Array(repeating: 0, count: count)).frames()
            let error = try #require(throws: WireError.self) { try Envelope<CoordinatorMessage>(frames: frames) }
            #expect(error.description.hasPrefix("bytes: "))
        }
    }

    @Test func aPathOfManyFoldersIsChecked() throws {
        let message = Self.files("a/b/c", "a/b/d", "a/bb", "b")
        #expect(try Envelope<CoordinatorMessage>(frames: Envelope(message).frames()).message == message)
    }

    @Test func aReasonBecomesOneLine() throws {
        let message = CoordinatorMessage.refused(.init(reason: "go\naway\u{1B}]0;x\u{07}"))
        let read = try Envelope<CoordinatorMessage>(frames: Envelope(message).frames()).message
        #expect(read == .refused(.init(reason: "go away ]0;x ")))
    }
}
