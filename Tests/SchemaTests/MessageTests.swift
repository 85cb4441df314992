import Experiments
import Studies
import TestSupport
import Testing
import Schema

@Suite struct MessageTests {
    static let digest = String(repeating: "0f", count: 32)
    static let id = AttemptID(study: StudyID(0x1F_1234_5678_9ABC), trial: 3, attempt: 2)
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
            Row(
                id: id, epoch: 8, elapsedSeconds: 1.5, learningRate: 1e-3, metrics: [0, 7], values: [-0.0, 0.1],
                named: ["train_loss": 0.1, "validation_loss": .infinity])),
        .epochFinished(
            Row(id: id, epoch: 8, metrics: [:], learningRate: nil, elapsedSeconds: 0),
            heartbeat: .init(
                sequence: 7, heard: 6, slots: 1,
                progress: [.init(id: id, epoch: 9, step: 0, steps: 24, patienceLeft: 3)])),
        .upload(chunk),
        .placed(.init(id: id, file: file)),
        .fetch(.init(id: id, file: .best, offset: 9)),
        .fetchData(.init(data: digest, path: nil, offset: 0)),
        .fetchData(.init(data: digest, path: "train/x", offset: 9)),
        .fetchExperiment(.init(study: id.study, digest: digest)),
        .finished(
            .init(
                id: id, state: .failed, stopReason: .error, stopEpoch: 4, wouldHaveStoppedAt: 2,
                testMetrics: ["test_loss": -.infinity], error: "ä \"quoted\"")),
        .finished(.init(id: id, state: .completed, stopReason: .budget, stopEpoch: 4)),
        .finished(
            .init(
                id: id, state: .completed, stopReason: .earlyStopping, stopEpoch: 4,
                confusion: ["test": ConfusionMatrix(classes: ["a", "b"], counts: [1, 0, 0, 2])],
                reliability: [
                    "test": .init(
                        bins: [.init(count: 0, right: 0, confidence: 0), .init(count: 3, right: 2, confidence: 2.5)],
                        calibrated: .init(temperature: 1.5, error: 0.125))
                ])),
        .handBack(id),
        .programEnvironment(id.study, ["interpreter": "/usr/bin/python3", "git_commit": "abc"]),
        .upload(Chunk(id: id, file: file, offset: 9, copied: .init(sha256: digest, offset: 7, count: 20))),
        .goodbye(.init()),
    ]

    static let fromCoordinator: [CoordinatorMessage] = [
        .welcome(.init(generation: 4, study: "s", heartbeatSeconds: 1, leaseSeconds: 15)),
        .welcome(
            .init(
                generation: 4, study: "s", heartbeatSeconds: 1, leaseSeconds: 15,
                shared: [
                    .init(study: id.study, path: "/a/s", name: ".shared", nonce: "00ff00ff00ff00ff"),
                    .init(study: StudyID(7), path: "/a/t", name: ".shared", nonce: "00ff00ff00ff00fe"),
                ])),
        .whoAreYou(.init()),
        .experiment(.init(study: id.study, digest: digest, text: "name: x\n")),
        .dataFiles(.init(data: digest, files: [.init(path: "train/x", size: 9, sha256: digest)])),
        .dataChunk(.init(data: digest, path: "train/x", offset: 9)),
        .recall(id),
        .prune(id),
        .refused(.init(reason: "why")),
        .heartbeat(.init(generation: 4, answers: 7)),
        .assign(
            .init(
                id: id, seed: .max, experiment: digest,
                parameters: [
                    .init(path: "optimizer.learning_rate", value: .double(0.1.nextDown)),
                    .init(path: "model.layers", value: .int(-3)), .init(path: "model.norm", value: .bool(true)),
                    .init(path: "optimizer.kind", value: .string("sgd")),
                ], dataDigest: digest, resume: file, metrics: ["train_loss", "ä"], pauseAfter: 9)),
        .assign(.init(id: id, seed: 0, experiment: digest, dataDigest: digest, resume: nil)),
        .epochStored(.init(id: id, epoch: 8)),
        .epochStored(.init(id: id, epoch: 8, answers: 7, metrics: ["train_loss": 0, "b": 999])),
        .received(chunk),
        .fileStored(.init(id: id, file: file)),
        .chunk(chunk),
        .outcomeStored(id),
        .abandon(id),
        .drain(.init(reason: .interrupted)),
    ]

    /// Only pieces of files travel with bytes.
    static func bytes(beside message: WorkerMessage) -> [UInt8] {
        if case .upload(let chunk) = message, chunk.copied == nil { [1, 2, 3] } else { [] }
    }

    static func bytes(beside message: CoordinatorMessage) -> [UInt8] {
        switch message {
        case .chunk, .dataChunk: [1, 2, 3]
        default: []
        }
    }

    @Test(arguments: fromWorkers)
    func workersMessagesSurviveTheWire(message: WorkerMessage) throws {
        let frames = try Envelope(message, bytes: Self.bytes(beside: message)).frames()
        let read = try Envelope<WorkerMessage>(frames: frames)
        #expect(read.message == message)
        // A row's bytes are its record's.
        if case .epochFinished(let row, _) = message {
            #expect(read.bytes == JournalRecord.epochFinished(row).encoded(of: Self.id.study))
            #expect(try JournalRecord.decode(read.bytes).record == .epochFinished(row))
            #expect(try JournalRecord.decode(read.bytes).study == Self.id.study)
        } else {
            #expect(read.bytes == Self.bytes(beside: message))
        }
    }

    @Test(arguments: fromCoordinator)
    func coordinatorsMessagesSurviveTheWire(message: CoordinatorMessage) throws {
        let sent = Envelope(message, bytes: Self.bytes(beside: message))
        #expect(try Envelope<CoordinatorMessage>(frames: sent.frames()) == sent)
    }

    @Test func aNaNStaysNaN() throws {
        let row = Row(
            id: Self.id, epoch: 1, elapsedSeconds: 0, learningRate: 0, metrics: [0], values: [.nan],
            named: ["train_loss": .nan])
        let frames = try Envelope(WorkerMessage.epochFinished(row)).frames()
        guard case .epochFinished(let back, nil) = try Envelope<WorkerMessage>(frames: frames).message else {
            Issue.record("another message came back")
            return
        }
        #expect(back.values[0].isNaN && back.named["train_loss"]?.isNaN == true)
    }

    /// What goes into the journal as it came must not hold what nobody here has looked at.
    @Test func aRowWithUnknownFieldsIsRefused() throws {
        let row = Row(id: Self.id, epoch: 1, metrics: ["a": 1], learningRate: 0, elapsedSeconds: 0)
        let bytes = try Envelope(WorkerMessage.epochFinished(row)).frames()[0]
        // Field 100, a number.
        #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: [bytes + [0xA0, 0x06, 0x01]]) }
        #expect(throws: WireError.self) { try EncodedRow(decoding: bytes + [0xA0, 0x06, 0x01]) }
        #expect(try EncodedRow(decoding: bytes) == EncodedRow(row))
    }

    /// A parser takes the last of several kinds: what came before it would stand in the journal, where no reader knows it.
    @Test func nothingStandsBesideARow() throws {
        let row = Row(id: Self.id, epoch: 1, metrics: ["a": 1], learningRate: 0, elapsedSeconds: 0)
        let bytes = try Envelope(WorkerMessage.epochFinished(row)).frames()[0]
        let hello = try Envelope(WorkerMessage.ready(.init(slots: 1))).frames()[0]
        for header in [hello + bytes, bytes + bytes.dropFirst(9), Array(bytes.dropFirst(9)) + bytes] {
            #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: [header]) }
        }
    }

    @Test func aRowNamesItsStudy() {
        // Field 2, an empty row.
        #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: [[0x12, 0x00]]) }
    }

    /// A worker of another version is told in its own words, so that its user learns what to do.
    @Test func anOlderVersionIsRecognised() throws {
        let hello = Array(#"{"kind":"hello","protocol_version":2}"#.utf8)
        #expect(isOldHeader(hello))
        let error = try #require(throws: WireError.self) { try Envelope<WorkerMessage>(frames: [hello]) }
        #expect(error.description.contains("older version"))
        for message in Self.fromWorkers {
            #expect(try !isOldHeader(Envelope(message, bytes: Self.bytes(beside: message)).frames()[0]))
        }
    }

    @Test(
        arguments: [
            [], [[]], [Array("{}".utf8)], [[0xff, 0x00]],
            // A heartbeat, whose length is a lie.
            [[0x92, 0x01, 0x7F, 0x00]],
            // Three frames.
            [[0x8A, 0x01, 0x00], [], []],
        ] as [[[UInt8]]])
    func whatIsNoMessageThrows(frames: [[UInt8]]) {
        #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: frames) }
    }

    @Test func aHeaderHasALimit() {
        let long = Array(repeating: UInt8(0), count: maximumHeaderSize + 1)
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
