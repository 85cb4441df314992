import Coordinator
import Experiments
import Wire
import Worker

/// A coordinator and its workers in one process: the real state machines over a network, a journal, files and a clock
/// that a test controls. Every message is encoded and decoded on its way.
final class FakeCluster {
    /// What a test does to the network: whether a message is lost.
    var loses: (_ fromWorker: Bool) -> Bool = { _ in false }
    private(set) var now: Duration = .zero
    private(set) var coordinator: CoordinatorMachine
    private(set) var workers: [FakeWorker] = []
    /// What is durable.
    private(set) var journal: [JournalRecord]
    private(set) var files: [FileKey: [UInt8]] = [:]
    private(set) var events: [CoordinatorEvent] = []
    private(set) var end: StudyEnd?
    /// Everything the coordinator has sent, for tests that look at single messages.
    private(set) var sent: [(message: CoordinatorMessage, peer: PeerID)] = []
    private let settings: CoordinatorSettings
    private var staged: [FileKey: [UInt8]] = [:]
    private var generation = 1

    struct FileKey: Hashable {
        var trial: Int
        var kind: StoredFile.Kind
    }

    init(trials: Int, settings: CoordinatorSettings = CoordinatorSettings()) {
        self.settings = settings
        journal = [
            .studyCreated(.init(identity: "", dataDigest: String(repeating: "00", count: 32), program: "test", unix: 0))
        ]
        journal += (0..<trials).map {
            .trialCreated(.init(trial: $0, point: $0, replicate: 0, seed: UInt64($0), assignment: []))
        }
        coordinator = FakeCluster.machine(journal, generation: 1, settings: settings)
        perform(coordinator.start(at: moment))
    }

    private static func machine(
        _ journal: [JournalRecord], generation: Int, settings: CoordinatorSettings
    ) -> CoordinatorMachine {
        var study = StudyState()
        for record in journal where (try? study.apply(record)) == nil {
            preconditionFailure("the journal contradicts itself at \(record)")
        }
        return CoordinatorMachine(
            study: study,
            welcome: .init(
                generation: generation, study: "test", heartbeatSeconds: settings.heartbeat.inSeconds,
                leaseSeconds: settings.lease.inSeconds),
            settings: settings, trialFile: { "trial \($0.number)" })
    }

    private var moment: Moment { Moment(monotonic: now, unix: now.inSeconds) }
    var study: StudyState { coordinator.study }

    // MARK: What tests do

    @discardableResult
    func addWorker(slots: Int = 1, epochs: Int = 3) -> FakeWorker {
        let worker = FakeWorker(number: workers.count, slots: slots, epochs: epochs, now: now)
        workers.append(worker)
        worker.start(now: now)
        return worker
    }

    /// The coordinator dies and comes back: what was not in the journal is gone, and so are all connections.
    func restartCoordinator() {
        generation += 1
        staged = [:]
        coordinator = FakeCluster.machine(journal, generation: generation, settings: settings)
        workers.forEach { $0.loseMessages() }
        perform(coordinator.start(at: moment))
    }

    func interrupt() {
        perform(coordinator.interrupt(at: moment))
    }

    /// Nobody runs, and the clock goes on: a laptop's lid.
    func sleep(_ duration: Duration) {
        now += duration
    }

    /// One tenth of a second: messages travel, workers train an epoch, everybody looks at the clock.
    func step(trains: Bool = true) {
        now += .milliseconds(100)
        for worker in workers where !worker.isDead {
            if trains {
                worker.train(now: now)
            }
            worker.tick(now: now)
            for frames in worker.takeOutgoing() where !loses(true) {
                let envelope = roundTripped(WorkerMessage.self, frames)
                perform(coordinator.receive(envelope.message, bytes: envelope.bytes, from: worker.peer, at: moment))
            }
        }
        perform(coordinator.tick(at: moment))
    }

    /// Steps until `condition` holds; nil when it did not within `limit`.
    func run(atMost limit: Duration = .seconds(300), until condition: (FakeCluster) -> Bool) -> Duration? {
        let deadline = now + limit
        while !condition(self) {
            guard now < deadline else { return nil }
            step()
        }
        return now
    }

    /// Hands one message in as if `peer` had sent it.
    func inject(_ message: WorkerMessage, bytes: [UInt8] = [], from peer: PeerID) -> [CoordinatorAction] {
        let actions = coordinator.receive(message, bytes: bytes, from: peer, at: moment)
        perform(actions)
        return actions
    }

    // MARK: What the loop does

    private func perform(_ actions: [CoordinatorAction]) {
        for action in actions {
            switch action {
            case .append(let record): journal.append(record)
            case .send(let message, let peer): deliver(message, bytes: [], to: peer)
            case .stage(let chunk, let bytes):
                let key = FileKey(trial: chunk.id.trial, kind: chunk.file.kind)
                staged[key] = (chunk.offset == 0 ? [] : staged[key] ?? []) + bytes
            case .publish(let chunk, let peer):
                let key = FileKey(trial: chunk.id.trial, kind: chunk.file.kind)
                let bytes = staged.removeValue(forKey: key) ?? []
                if bytes == FakeWorker.checkpoint(chunk.file.epoch, kind: chunk.file.kind) {
                    files[key] = bytes
                    perform(coordinator.uploadStored(chunk, from: peer))
                } else {
                    perform(coordinator.uploadRefused(chunk, reason: "damaged", from: peer))
                }
            case .discardUploads(let id):
                StoredFile.Kind.allCases.forEach { staged[FileKey(trial: id.trial, kind: $0)] = nil }
            case .sendFile(let chunk, let peer):
                let bytes = files[FileKey(trial: chunk.id.trial, kind: chunk.file.kind)]!
                deliver(
                    .chunk(chunk), bytes: Array(bytes[chunk.offset..<min(chunk.offset + Chunk.size, bytes.count)]),
                    to: peer)
            case .notify(let event): events.append(event)
            case .finish(let end): self.end = end
            }
        }
    }

    private func deliver(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID) {
        sent.append((message, peer))
        guard let worker = workers.first(where: { $0.peer == peer && !$0.isDead }), !loses(false) else { return }
        let envelope = roundTripped(CoordinatorMessage.self, encoded(message, bytes: bytes))
        worker.receive(envelope.message, bytes: envelope.bytes, now: now)
    }
}
