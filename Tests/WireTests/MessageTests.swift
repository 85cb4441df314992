import Experiments
import TestSupport
import Testing
import Wire

@Suite struct MessageTests {
    static let digest = String(repeating: "0f", count: 32)
    static let id = AttemptID(trial: 3, attempt: 2)
    static let file = StoredFile(kind: .last, epoch: 7, size: 1_000_000, sha256: digest)
    static let chunk = Chunk(id: id, file: file, offset: 262_144)

    private static func withKept(_ hello: WorkerMessage.Hello) -> WorkerMessage.Hello {
        var hello = hello
        hello.kept = [.init(worker: "a-b-11-ee", id: id)]
        return hello
    }

    static let fromWorkers: [WorkerMessage] = [
        .hello(
            .init(
                protocolVersion: 1, worker: "a-b-12-ff", program: "winnow", host: "a-b", slots: 2,
                environment: ["onednn": "2.6.3"], running: [id])),
        .hello(
            withKept(
                .init(
                    protocolVersion: 2, worker: "a-b-12-ff", program: "winnow", host: "a-b", slots: 1, environment: [:],
                    running: []))),
        .ready(.init(slots: 1)),
        .heartbeat(
            .init(
                sequence: 7, heard: 6, slots: 0,
                progress: [
                    .init(id: id, epoch: 2, step: 5, steps: 24, patienceLeft: nil),
                    .init(
                        id: .init(trial: 4, attempt: 1), epoch: 2, step: 5, steps: 24, patienceLeft: 3,
                        stage: "teacher"),
                ])),
        .heartbeat(.init(sequence: 1, heard: 0, slots: 2, progress: [])),
        .heartbeat(.init(sequence: 1, heard: 0, slots: 2, progress: [], trouble: "/tmp: \"full\"")),
        .epochFinished(
            .init(
                id: id, epoch: 8, metrics: ["train_loss": 0.1, "validation_loss": .infinity], learningRate: 1e-3,
                elapsedSeconds: 1.5)),
        .epochFinished(
            .init(id: id, epoch: 8, metrics: [:], learningRate: 0, elapsedSeconds: 0),
            heartbeat: .init(
                sequence: 7, heard: 6, slots: 1,
                progress: [.init(id: id, epoch: 9, step: 0, steps: 24, patienceLeft: 3)])),
        .upload(chunk),
        .placed(.init(id: id, file: file)),
        .fetch(.init(id: id, file: .best, offset: 9)),
        .fetchData(.init(data: digest, path: nil, offset: 0)),
        .fetchData(.init(data: digest, path: "train/x", offset: 9)),
        .finished(
            .init(
                id: id, state: .failed, stopReason: .error, stopEpoch: 4, wouldHaveStoppedAt: 2,
                testMetrics: ["test_loss": -.infinity], error: "ä \"quoted\"")),
        .finished(.init(id: id, state: .completed, stopReason: .budget, stopEpoch: 4)),
        .finished(
            .init(
                id: id, state: .completed, stopReason: .earlyStopping, stopEpoch: 4,
                confusion: ["test": ConfusionMatrix(classes: ["a", "b"], counts: [1, 0, 0, 2])])),
        .handBack(id),
        .goodbye(.init()),
    ]

    static let fromCoordinator: [CoordinatorMessage] = [
        .welcome(.init(generation: 4, study: "s", heartbeatSeconds: 1, leaseSeconds: 15)),
        .welcome(
            .init(
                generation: 4, study: "s", heartbeatSeconds: 1, leaseSeconds: 15,
                shared: .init(path: "/a/s", name: ".shared", nonce: "00ff00ff00ff00ff"))),
        .whoAreYou(.init()),
        .dataFiles(.init(data: digest, files: [.init(path: "train/x", size: 9, sha256: digest)])),
        .dataChunk(.init(data: digest, path: "train/x", offset: 9)),
        .recall(id),
        .refused(.init(reason: "why")),
        .heartbeat(.init(generation: 4, answers: 7)),
        .assign(.init(id: id, seed: .max, experiment: "name: x\n", dataDigest: digest, resume: file)),
        .assign(.init(id: id, seed: 0, experiment: "", dataDigest: digest, resume: nil)),
        .epochStored(.init(id: id, epoch: 8)),
        .epochStored(.init(id: id, epoch: 8, answers: 7)),
        .received(chunk),
        .fileStored(.init(id: id, file: file)),
        .chunk(chunk),
        .outcomeStored(id),
        .abandon(id),
        .drain(.init(reason: .interrupted)),
    ]

    /// Only pieces of files travel with bytes.
    static func bytes(beside message: WorkerMessage) -> [UInt8] {
        if case .upload = message { [1, 2, 3] } else { [] }
    }

    static func bytes(beside message: CoordinatorMessage) -> [UInt8] {
        switch message {
        case .chunk, .dataChunk: [1, 2, 3]
        default: []
        }
    }

    @Test(arguments: fromWorkers)
    func workersMessagesSurviveTheWire(message: WorkerMessage) throws {
        let sent = Envelope(message, bytes: Self.bytes(beside: message))
        #expect(try Envelope<WorkerMessage>(frames: sent.frames()) == sent)
        try isSpeltAsByItsKeys(message)
    }

    @Test(arguments: fromCoordinator)
    func coordinatorsMessagesSurviveTheWire(message: CoordinatorMessage) throws {
        let sent = Envelope(message, bytes: Self.bytes(beside: message))
        #expect(try Envelope<CoordinatorMessage>(frames: sent.frames()) == sent)
        try isSpeltAsByItsKeys(message)
    }

    /// What is written by hand is what `Codable` says.
    private func isSpeltAsByItsKeys(_ message: some WireMessage) throws {
        #expect(
            String(decoding: try PortableJSON.encode(message), as: UTF8.self)
                == String(decoding: try FoundationCoder.encode(message), as: UTF8.self))
    }

    @Test func headersAreReadableJSONWithAKind() throws {
        let frames = try Envelope(WorkerMessage.ready(.init(slots: 2))).frames()
        #expect(String(decoding: frames[0], as: UTF8.self) == #"{"kind":"ready","slots":2}"#)
    }

    @Test func aNaNIsSpelledNaN() throws {
        let message = WorkerMessage.epochFinished(
            .init(id: Self.id, epoch: 1, metrics: ["train_loss": .nan], learningRate: 0, elapsedSeconds: 0))
        let frames = try Envelope(message).frames()
        #expect(String(decoding: frames[0], as: UTF8.self).contains(#""train_loss":"nan""#))
        guard case .epochFinished(let back, nil) = try Envelope<WorkerMessage>(frames: frames).message else {
            Issue.record("another message came back")
            return
        }
        #expect(back.metrics["train_loss"]?.isNaN == true)
    }

    @Test(
        arguments: [
            [], [Array("{}".utf8)], [Array(#"{"kind":"sing"}"#.utf8)], [Array(#"{"kind":"ready"}"#.utf8)],
            [[0xff, 0x00]],
            [Array(#"{"kind":"ready","slots":1}"#.utf8), [], []],
        ] as [[[UInt8]]])
    func whatIsNoMessageThrows(frames: [[UInt8]]) {
        #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: frames) }
    }

    @Test func aHeaderHasALimit() {
        let long = Array(#"{"kind":"ready","slots":1}"#.utf8) + Array(repeating: 0x20, count: maximumHeaderSize)
        #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: [long]) }
    }

    @Test func workerNamesAreRead() throws {
        let name = WorkerName(host: "node-7.example", process: 4711, token: 0xfe)
        #expect(name.description == "node-7.example-4711-fe")
        #expect(WorkerName(name.description) == name)
        #expect(WorkerName("nothing") == nil)
        #expect(WorkerName("a-b-c") == nil)
    }
}
