import Experiments
import Studies
import Schema
import Worker

/// A worker's state machine as tests talk to it.
struct WorkerUnderTest {
    static let id = AttemptID(trial: 0, attempt: 1)

    var machine: WorkerMachine
    var now: Duration = .zero

    /// A worker that has been welcomed.
    init(
        settings: WorkerSettings = WorkerSettings(), name: String = "h-1-1",
        shared: [CoordinatorMessage.SharedFolder] = []
    ) {
        machine = WorkerMachine(
            hello: .init(
                protocolVersion: protocolVersion, worker: name, program: "", host: "h", slots: settings.slots,
                environment: [:], running: []),
            settings: settings, now: .zero)
        _ = machine.start(now: .zero)
        welcome(shared: shared)
        // The experiment of all assignments here.
        _ = files(.experiment("", mistake: nil))
    }

    /// A worker that has been welcomed and trains attempt 1 of trial 0.
    static func training(settings: WorkerSettings = WorkerSettings()) -> WorkerUnderTest {
        var worker = WorkerUnderTest(settings: settings)
        worker.begin(id)
        return worker
    }

    static func assign(_ id: AttemptID = id, resume: StoredFile? = nil) -> CoordinatorMessage.Assign {
        .init(id: id, seed: 0, experiment: "", dataDigest: "d", resume: resume)
    }

    @discardableResult
    mutating func welcome(generation: Int = 1, shared: [CoordinatorMessage.SharedFolder] = []) -> [WorkerAction] {
        hear(.welcome(.init(generation: generation, study: "", heartbeatSeconds: 1, leaseSeconds: 15, shared: shared)))
    }

    /// An assignment whose data are here.
    @discardableResult
    mutating func begin(_ id: AttemptID) -> [WorkerAction] {
        hear(.assign(Self.assign(id))) + files(.data(id, .here))
    }

    mutating func hear(_ message: CoordinatorMessage, bytes: [UInt8] = []) -> [WorkerAction] {
        machine.receive(message, bytes: bytes, now: now)
    }

    mutating func slot(_ event: RunnerEvent) -> [WorkerAction] { machine.receive(event, now: now) }
    mutating func files(_ event: StorageEvent) -> [WorkerAction] { machine.receive(event, now: now) }

    /// Lets time pass, tick by tick, while the coordinator answers heartbeats; and returns all that was done.
    mutating func wait(_ duration: Duration, heard: Bool = true) -> [WorkerAction] {
        let end = now + duration
        var actions: [WorkerAction] = []
        while now < end {
            now += .milliseconds(100)
            if heard { _ = hear(.heartbeat(.init(generation: 1, answers: 0))) }
            actions += machine.tick(now: now)
        }
        return actions
    }

    mutating func epoch(_ epoch: Int, of id: AttemptID = id) -> [WorkerAction] {
        slot(.epochFinished(Self.result(epoch, of: id)))
    }

    static func result(_ epoch: Int, of id: AttemptID = id) -> EpochResult {
        .init(id: id, epoch: epoch, metrics: [:], learningRate: 0, elapsedSeconds: 0)
    }

    static func row(_ epoch: Int, of id: AttemptID = id) -> EncodedRow {
        EncodedRow(Row(result(epoch, of: id), MetricTable()))
    }

    /// What sends that row.
    static func sent(_ epoch: Int) -> WorkerAction {
        .send(.epochFinished(row(epoch).row), bytes: row(epoch).bytes)
    }

    static func file(_ kind: StoredFile.Kind, epoch: Int = 1, size: Int = 1, best: Int? = nil) -> SpooledFile {
        SpooledFile(
            file: .init(kind: kind, epoch: epoch, size: size, sha256: "\(kind)\(epoch)", bestEpoch: best),
            name: "\(kind)-\(epoch)")
    }

    static var outcome: TrialOutcome { .init(id: id, state: .completed, stopReason: .budget, stopEpoch: 1) }

    /// The action that sends the piece of a file which begins at `offset`.
    static func piece(_ file: SpooledFile, _ offset: Int = 0, of id: AttemptID = id) -> WorkerAction {
        .readPiece(
            .init(id: id, file: file.file, offset: offset), count: min(Chunk.size, file.file.size - offset), of: file)
    }

    static func stored(_ file: SpooledFile, of id: AttemptID = id) -> CoordinatorMessage {
        .fileStored(.init(id: id, file: file.file))
    }

    static func received(_ file: SpooledFile, _ offset: Int, of id: AttemptID = id) -> CoordinatorMessage {
        .received(.init(id: id, file: file.file, offset: offset))
    }
}

extension [WorkerAction] {
    /// The messages among them.
    var messages: [WorkerMessage] {
        compactMap { if case .send(let message, _) = $0 { message } else { nil } }
    }

    /// Those that go alone.
    var heartbeats: [WorkerMessage.Heartbeat] {
        messages.compactMap { if case .heartbeat(let heartbeat) = $0 { heartbeat } else { nil } }
    }

    /// Those that go with a result.
    var carriedHeartbeats: [WorkerMessage.Heartbeat] {
        messages.compactMap { if case .epochFinished(_, let heartbeat?) = $0 { heartbeat } else { nil } }
    }

    var pieces: [Chunk] {
        compactMap { if case .readPiece(let chunk, _, _) = $0 { chunk } else { nil } }
    }
}

extension WorkerUnderTest {
    /// In which tenth of a second after the welcome the first heartbeat comes.
    mutating func firstBeat() -> Int {
        for tenth in 0...20 where !wait(.milliseconds(100)).heartbeats.isEmpty { return tenth }
        return -1
    }
}
