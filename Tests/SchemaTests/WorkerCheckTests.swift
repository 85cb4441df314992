import Studies
import Testing
import Schema

/// What a worker may not say.
@Suite struct WorkerCheckTests {
    static let id = MessageTests.id
    static let hello = WorkerMessage.Hello(
        protocolVersion: 2, worker: "a-b-12-ff", program: "winnow", host: "a-b", slots: 2, tags: ["gpu"],
        environment: ["kernels": "avx2"], running: [id])
    static let outcome = TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: 4)
    static let result = Row(
        id: id, epoch: 8, metrics: ["train_loss": 0.1], learningRate: 1e-3, elapsedSeconds: 1.5)
    static let beat = WorkerMessage.Heartbeat(
        sequence: 7, heard: 6, slots: 0, progress: [.init(id: id, epoch: 2, step: 5, steps: 24, patienceLeft: nil)])
    static let chunk = MessageTests.chunk

    private static func changed<Body>(_ body: Body, _ change: (inout Body) -> Void) -> Body {
        var body = body
        change(&body)
        return body
    }

    /// The field that must be named, and the message.
    static let lies: [(String, WorkerMessage)] = [
        ("protocol_version", .hello(changed(hello) { $0.protocolVersion = -1 })),
        ("worker", .hello(changed(hello) { $0.worker = "a" })),
        ("worker", .hello(changed(hello) { $0.worker = "../../etc-1-ff" })),
        ("worker", .hello(changed(hello) { $0.worker = "a\u{1B}[2J-1-ff" })),
        ("worker", .hello(changed(hello) { $0.worker = String(repeating: "a", count: 300) + "-1-ff" })),
        ("program", .hello(changed(hello) { $0.program = "winnow\u{7}" })),
        ("host", .hello(changed(hello) { $0.host = "a\nb" })),
        ("host", .hello(changed(hello) { $0.host = "a\u{9B}2J" })),
        ("host", .hello(changed(hello) { $0.host = "a\u{2028}b" })),
        ("slots", .hello(changed(hello) { $0.slots = 0 })),
        ("slots", .hello(changed(hello) { $0.slots = 4_097 })),
        ("tags", .hello(changed(hello) { $0.tags = Array(repeating: "x", count: 65) })),
        ("tags", .hello(changed(hello) { $0.tags = [""] })),
        ("environment", .hello(changed(hello) { $0.environment = ["a/b": ""] })),
        ("environment", .hello(changed(hello) { $0.environment = ["a": String(repeating: "x", count: 1_001)] })),
        (
            "environment",
            .hello(
                changed(hello) { $0.environment = Dictionary(uniqueKeysWithValues: (0..<65).map { ("\($0)", "") }) })
        ),
        ("running", .hello(changed(hello) { $0.running = [id, id] })),
        ("running", .hello(changed(hello) { $0.running = (0...4_096).map { .init(trial: $0, attempt: 1) } })),
        ("id.trial", .hello(changed(hello) { $0.running = [.init(trial: -1, attempt: 1)] })),
        ("kept.worker", .hello(changed(hello) { $0.kept = [.init(worker: "nobody", id: id)] })),
        ("id.attempt", .hello(changed(hello) { $0.kept = [.init(worker: "a-1-1", id: .init(trial: 0, attempt: 0))] })),
        (
            "kept",
            .hello(changed(hello) { $0.kept = Array(repeating: .init(worker: "a-1-1", id: id), count: 4_097) })
        ),
        ("slots", .ready(.init(slots: -1))),
        ("heard", .heartbeat(changed(beat) { $0.heard = 8 })),
        ("sequence", .heartbeat(changed(beat) { $0.sequence = -1 })),
        ("progress", .heartbeat(changed(beat) { $0.progress += $0.progress })),
        (
            "progress",
            .heartbeat(
                changed(beat) { beat in
                    beat.progress = (0...4_096).map {
                        .init(id: .init(trial: $0, attempt: 1), epoch: 0, step: 0, steps: 0, patienceLeft: nil)
                    }
                })
        ),
        ("slots", .heartbeat(changed(beat) { $0.slots = -1 })),
        ("id.trial", .heartbeat(changed(beat) { $0.progress[0].id.trial = -1 })),
        ("progress.epoch", .heartbeat(changed(beat) { $0.progress[0].epoch = -1 })),
        ("progress.steps", .heartbeat(changed(beat) { $0.progress[0].steps = -1 })),
        ("progress.patience_left", .heartbeat(changed(beat) { $0.progress[0].patienceLeft = -1 })),
        ("progress.step", .heartbeat(changed(beat) { $0.progress[0].step = .min })),
        ("progress.stage", .heartbeat(changed(beat) { $0.progress[0].stage = "a\u{7F}" })),
        ("epoch", .epochFinished(changed(result) { $0.epoch = 0 })),
        ("epoch", .epochFinished(changed(result) { $0.epoch = 1 << 31 })),
        ("id.attempt", .epochFinished(changed(result) { $0.id.attempt = 0 })),
        ("named", .epochFinished(changed(result) { $0.named["a/b"] = 1 })),
        ("named", .epochFinished(changed(result) { $0.named["a\0"] = 1 })),
        ("named", .epochFinished(changed(result) { $0.named["."] = 1 })),
        ("named", .epochFinished(changed(result) { $0.named[".."] = 1 })),
        ("named", .epochFinished(changed(result) { $0.named[""] = 1 })),
        ("named", .epochFinished(changed(result) { $0.named[String(repeating: "m", count: 201)] = 1 })),
        (
            "named",
            .epochFinished(
                changed(result) { $0.named = Dictionary(uniqueKeysWithValues: (0...1_000).map { ("m\($0)", 0) }) })
        ),
        ("metrics", .epochFinished(changed(result) { ($0.metrics, $0.values) = ([-1], [0]) })),
        ("metrics", .epochFinished(changed(result) { ($0.metrics, $0.values) = ([3, 3], [0, 0]) })),
        ("metrics", .epochFinished(changed(result) { ($0.metrics, $0.values) = ([3, 1], [0, 0]) })),
        (
            "metrics",
            .epochFinished(
                changed(result) { ($0.metrics, $0.values) = (Array(0...1_000), Array(repeating: 0, count: 1_001)) })
        ),
        ("values", .epochFinished(changed(result) { ($0.metrics, $0.values) = ([0, 1], [0]) })),
        ("learning_rate", .epochFinished(changed(result) { $0.learningRate = .nan })),
        ("elapsed_s", .epochFinished(changed(result) { $0.elapsedSeconds = -1 })),
        ("heard", .epochFinished(result, heartbeat: changed(beat) { $0.heard = $0.sequence + 1 })),
        ("file.size", .placed(.init(id: id, file: changed(chunk.file) { $0.size = 1 << 50 + 1 }))),
        ("file.size", .placed(.init(id: id, file: changed(chunk.file) { $0.size = 0 }))),
        ("file.sha256", .placed(.init(id: id, file: changed(chunk.file) { $0.sha256 = $0.sha256.uppercased() }))),
        ("file.sha256", .placed(.init(id: id, file: changed(chunk.file) { $0.sha256 = "../x" }))),
        ("file.best_epoch", .placed(.init(id: id, file: changed(chunk.file) { $0.bestEpoch = 0 }))),
        ("file.epoch", .placed(.init(id: id, file: changed(chunk.file) { $0.epoch = -1 }))),
        ("id.trial", .placed(.init(id: .init(trial: -1, attempt: 1), file: chunk.file))),
        ("bytes", .upload(chunk)),
        ("id.trial", .upload(changed(chunk) { $0.id.trial = -1 })),
        ("file.sha256", .upload(changed(chunk) { $0.file.sha256 = "" })),
        ("offset", .fetch(.init(id: id, file: .best, offset: -1))),
        ("id.trial", .fetch(.init(id: .init(trial: -1, attempt: 1), file: .best, offset: 0))),
        ("offset", .fetchData(.init(data: MessageTests.digest, path: nil, offset: -1))),
        ("data_sha256", .fetchData(.init(data: "", path: nil, offset: 0))),
        ("path", .fetchData(.init(data: MessageTests.digest, path: "../secret", offset: 0))),
        (
            "path",
            .fetchData(
                .init(
                    data: MessageTests.digest,
                    path: Array(repeating: String(repeating: "a", count: 250), count: 4).joined(separator: "/"),
                    offset: 0))
        ),
        ("sha256", .fetchExperiment(.init(study: id.study, digest: "../x"))),
        ("stop_epoch", .finished(changed(outcome) { $0.stopEpoch = -1 })),
        ("id.trial", .finished(changed(outcome) { $0.id.trial = -1 })),
        ("would_have_stopped_at", .finished(changed(outcome) { $0.wouldHaveStoppedAt = 0 })),
        ("stop_reason", .finished(changed(outcome) { $0.stopReason = .error })),
        ("stop_reason", .finished(changed(outcome) { $0.state = .failed })),
        ("stop_reason", .finished(changed(outcome) { $0.stopReason = .decision })),
        ("error", .finished(changed(outcome) { $0.error = "but" })),
        ("test_metrics", .finished(changed(outcome) { $0.testMetrics["a/b"] = 0 })),
        (
            "confusion",
            .finished(changed(outcome) { $0.confusion = ["a/b": ConfusionMatrix(classes: ["x"], counts: [1])] })
        ),
        (
            "confusion.classes",
            .finished(changed(outcome) { $0.confusion = ["test": ConfusionMatrix(classes: ["a\n"], counts: [1])] })
        ),
        (
            "confusion.cells",
            .finished(changed(outcome) { $0.confusion = ["test": ConfusionMatrix(classes: ["x"], counts: [.max])] })
        ),
        ("reliability", .finished(reliable(part: "train"))),
        ("reliability.count", .finished(reliable(.init(count: -1, right: 0, confidence: 0)))),
        ("reliability.right", .finished(reliable(.init(count: 3, right: 4, confidence: 1)))),
        ("reliability.confidence", .finished(reliable(.init(count: 3, right: 2, confidence: 3.5)))),
        ("reliability.confidence", .finished(reliable(.init(count: 3, right: 2, confidence: .nan)))),
        ("reliability.temperature", .finished(reliable(calibrated: .init(temperature: -1, error: 0)))),
        ("reliability.error", .finished(reliable(calibrated: .init(temperature: 1, error: .infinity)))),
        (
            "pseudo_labels.offered",
            .finished(changed(outcome) { $0.pseudoLabels = .init(offered: 1 << 51, kept: 2, known: 1, right: 1) })
        ),
        (
            "pseudo_labels.kept",
            .finished(changed(outcome) { $0.pseudoLabels = .init(offered: 3, kept: 4, known: 1, right: 1) })
        ),
        (
            "pseudo_labels.known",
            .finished(changed(outcome) { $0.pseudoLabels = .init(offered: 3, kept: 2, known: 3, right: 1) })
        ),
        (
            "pseudo_labels.right",
            .finished(changed(outcome) { $0.pseudoLabels = .init(offered: 3, kept: 2, known: 1, right: 2) })
        ),
        ("id.attempt", .handBack(.init(trial: 0, attempt: -5))),
    ]

    @Test(arguments: lies)
    func isRefusedByTheNameOfTheField(field: String, message: WorkerMessage) throws {
        let frames = try Envelope(message).frames()
        let error = try #require(throws: WireError.self) { try Envelope<WorkerMessage>(frames: frames) }
        #expect(error.description.hasPrefix("\(field): "), "\(error)")
    }

    @Test func bytesBelongToPiecesOfFiles() throws {
        for (message, count) in [
            (WorkerMessage.upload(Self.chunk), Chunk.size + 1), (.ready(.init(slots: 1)), 1),
            (.upload(Self.changed(Self.chunk) { $0.offset = $0.file.size - 2 }), 3),
        ] {
            let frames = try Envelope(message, bytes: Array(repeating: 0, count: count)).frames()
            #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: frames) }
        }
    }

    @Test func anErrorBecomesOneLine() throws {
        let told = String(repeating: "ä\n\u{1B}[31m", count: 2_000)
        let sent = Self.changed(Self.outcome) {
            ($0.state, $0.stopReason, $0.error) = (.failed, .error, told)
        }
        let frames = try Envelope(WorkerMessage.finished(sent)).frames()
        guard case .finished(let outcome) = try Envelope<WorkerMessage>(frames: frames).message else {
            Issue.record("another message came back")
            return
        }
        let error = try #require(outcome.error)
        #expect(error.hasPrefix("ä  [31mä"))
        #expect((3_990...4_000).contains(error.utf8.count))
        #expect(!error.utf8.contains { $0 < 0x20 })
    }

    private static func reliable(
        part: String = "test", _ bin: Reliability.Bin = .init(count: 1, right: 1, confidence: 1),
        calibrated: Reliability.Calibrated? = nil
    ) -> TrialOutcome {
        changed(outcome) { $0.reliability = [part: Reliability(bins: [bin], calibrated: calibrated)] }
    }

    @Test func aTableHasFewBins() throws {
        let bin = Reliability.Bin(count: 1, right: 1, confidence: 1)
        for (count, isAllowed) in [(Reliability.mostBins, true), (Reliability.mostBins + 1, false)] {
            let table = Reliability(bins: Array(repeating: bin, count: count))
            let sent = Self.changed(Self.outcome) { $0.reliability = ["test": table] }
            let frames = try Envelope(WorkerMessage.finished(sent)).frames()
            #expect(((try? Envelope<WorkerMessage>(frames: frames)) != nil) == isAllowed)
        }
    }

    /// A few hundred kilobytes of class names would make a matrix of hundreds of gigabytes.
    @Test func manyClassesMakeNoLargeMatrix() throws {
        let matrix = ConfusionMatrix(classes: Array(repeating: "", count: ConfusionMatrix.mostClasses + 1), cells: [])
        let sent = Self.changed(Self.outcome) { $0.confusion = ["test": matrix!] }
        let frames = try Envelope(WorkerMessage.finished(sent)).frames()
        #expect(throws: WireError.self) { try Envelope<WorkerMessage>(frames: frames) }
    }

    @Test func deepNestingIsNoMessage() throws {
        // Groups within groups.
        for byte: UInt8 in [0x0B, 0x13] {
            let header = Array(repeating: byte, count: maximumHeaderSize)
            let error = try #require(throws: WireError.self) { try Envelope<WorkerMessage>(frames: [header]) }
            #expect(error.description.utf8.count < 300)
        }
    }

    @Test func matricesAreLeftOutOfAHeaderThatIsTooLong() throws {
        let names = (0..<500).map { "class \($0)" }
        let matrix = ConfusionMatrix(classes: names, counts: Array(repeating: 1_234_567, count: 250_000))
        let sent = Self.changed(Self.outcome) { $0.confusion = ["test": matrix] }
        let frames = try Envelope(WorkerMessage.finished(sent)).frames()
        #expect(frames[0].count < maximumHeaderSize)
        #expect(try Envelope<WorkerMessage>(frames: frames).message == .finished(Self.outcome))
    }

    @Test func hostsOfAnySpellingMakeNames() {
        for host in ["", "dönner\n", "a b", "-", String(repeating: "x", count: 400)] {
            let name = WorkerName(host: host, process: 1, token: 255)
            #expect(WorkerName(name.description) == name, "\(name)")
        }
    }
}
