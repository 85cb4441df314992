import Coordinator
import Experiments
import Wire
import Worker

/// A worker's state machine with slots that only pretend to train: one epoch at each call, the losses a function of
/// trial and epoch alone.
final class FakeWorker {
    let name: String
    private(set) var peer: PeerID
    private(set) var isDead = false
    private(set) var end: WorkerEnd?
    /// The epochs that were trained here, by attempt.
    private(set) var trained: [AttemptID: [Int]] = [:]
    private var machine: WorkerMachine
    private var slots: [AttemptID: Slot] = [:]
    private var outgoing: [[[UInt8]]] = []
    private let epochs: Int
    private var connections = 0

    private struct Slot {
        var epoch: Int
    }

    init(number: Int, slots: Int, epochs: Int, now: Duration) {
        name = "host-\(100 + number)-1"
        peer = [UInt8(number), 0]
        self.epochs = epochs
        var settings = WorkerSettings()
        settings.slots = slots
        settings.resendAfter = .seconds(1)
        machine = WorkerMachine(
            hello: .init(
                protocolVersion: protocolVersion, worker: name, program: "test", host: "host", slots: slots,
                environment: [:], running: []),
            settings: settings, now: now)
    }

    /// A few chunks of bytes that tell which epoch they are of.
    static func checkpoint(_ epoch: Int, kind: StoredFile.Kind) -> [UInt8] {
        Array(repeating: UInt8(truncatingIfNeeded: epoch), count: kind == .last ? 2 * Chunk.size + 5 : 1000)
    }

    static func loss(trial: Int, epoch: Int) -> Double {
        1 / Double(1 + trial + epoch)
    }

    func start(now: Duration) { perform(machine.start(now: now), now: now) }
    func tick(now: Duration) { perform(machine.tick(now: now), now: now) }
    func stop(now: Duration) { perform(machine.stop(.interrupted, now: now), now: now) }
    func kill() { isDead = true }

    func receive(_ message: CoordinatorMessage, bytes: [UInt8], now: Duration) {
        perform(machine.receive(message, bytes: bytes, now: now), now: now)
    }

    func takeOutgoing() -> [[[UInt8]]] {
        defer { outgoing = [] }
        return outgoing
    }

    func loseMessages() { outgoing = [] }

    /// Trains one epoch in every slot; a checkpoint follows each second one.
    func train(now: Duration) {
        for (id, slot) in slots {
            let epoch = slot.epoch + 1
            guard epoch <= epochs else { continue }
            slots[id]!.epoch = epoch
            trained[id, default: []].append(epoch)
            let result = EpochResult(
                id: id, epoch: epoch, metrics: ["validation_loss": Self.loss(trial: id.trial, epoch: epoch)],
                learningRate: 0.1, elapsedSeconds: now.inSeconds)
            report(.epochFinished(result), now: now)
            if epoch % 2 == 0 || epoch == epochs {
                save(id, epoch: epoch, now: now)
            }
            if epoch == epochs {
                slots[id] = nil
                let outcome = TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: epoch)
                report(.finished(outcome), now: now)
            }
        }
    }

    private func save(_ id: AttemptID, epoch: Int, now: Duration) {
        for kind in StoredFile.Kind.allCases {
            let bytes = Self.checkpoint(epoch, kind: kind)
            let file = StoredFile(
                kind: kind, epoch: epoch, size: bytes.count, sha256: String(repeating: "ab", count: 32))
            report(.checkpoint(id, file, bytes: bytes), now: now)
        }
    }

    private func report(_ event: SlotEvent, now: Duration) {
        perform(machine.receive(event, now: now), now: now)
    }

    private func perform(_ actions: [WorkerAction], now: Duration) {
        for action in actions {
            switch action {
            case .send(let message, let bytes):
                outgoing.append(encoded(message, bytes: bytes))
            case .start(let assign, let checkpoint):
                // What is resumed must be what was stored.
                let epoch = assign.resume?.epoch ?? 0
                precondition(checkpoint == (epoch > 0 ? Self.checkpoint(epoch, kind: .last) : nil))
                slots[assign.id] = Slot(epoch: epoch)
            case .pause(let id):
                guard let slot = slots.removeValue(forKey: id) else { continue }
                save(id, epoch: slot.epoch, now: now)
                report(.paused(id), now: now)
            case .abandon(let id):
                slots[id] = nil
                report(.left(id), now: now)
            case .reconnect:
                connections += 1
                peer[1] = UInt8(connections)
                outgoing = []
            case .exit(let end):
                self.end = end
            }
        }
        if end != nil, outgoing.isEmpty {
            isDead = true
        }
    }
}
