import Coordinator
import Experiments
import Studies
import TestSupport
import Schema
import Worker

/// A worker process: the real state machine, with slots that pretend to train and a spool in memory.
final class SimulatedWorker {
    enum Effect {
        case send(WorkerMessage, [UInt8])
        /// Report this to the machine a little later.
        case storage(StorageEvent)
        /// Call `train` for this attempt when half an epoch is over.
        case train(AttemptID, serial: Int)
        case reconnect
        case exit(WorkerEnd)
    }

    let name: String
    let number: Int
    /// The routing id of its connection; another one after each reconnection.
    private(set) var peer: PeerID
    private(set) var end: WorkerEnd?
    /// Until when its process is stopped.
    var frozenUntil = 0
    private let plan: SimulationPlan
    private let disks: [StudyID: SimulatedDisk]
    private let promises: Promises
    private let incarnation: Int
    private var machine: WorkerMachine
    private var random: SplitMix64
    private var slots: [AttemptID: Slot] = [:]
    private var spool: [String: [UInt8]] = [:]
    private var rows: [AttemptID: [Int: EncodedRow]] = [:]
    private var data: [String: [UInt8]] = [:]
    private var hasData: Bool
    private var files = 0
    private var starts = 0
    private var connections = 0
    private var effects: [Effect] = []

    private struct Slot {
        var training: PretendedTraining
        var serial: Int
        /// The last epoch that it is to train.
        var lastEpoch: Int
        var isHanging = false
        var isPausing = false
    }

    init(
        number: Int, incarnation: Int, plan: SimulationPlan, disks: [StudyID: SimulatedDisk], promises: Promises,
        random: SplitMix64, now: Duration
    ) {
        self.number = number
        self.incarnation = incarnation
        self.plan = plan
        self.disks = disks
        self.promises = promises
        self.random = random
        name = "host\(number % 3)-\(1000 * number + incarnation)-1"
        peer = [UInt8(number), UInt8(truncatingIfNeeded: incarnation), 0, 0]
        hasData = !plan.fetchesData
        var settings = WorkerSettings()
        settings.slots = plan.slots
        settings.resendAfter = .seconds(1)
        settings.longestResend = .seconds(4)
        settings.leavingLimit = .seconds(5)
        machine = WorkerMachine(
            hello: .init(
                protocolVersion: protocolVersion, worker: name, program: "test", host: "host\(number % 3)",
                slots: plan.slots, environment: ["host": "host\(number % 3)"], running: []),
            settings: settings, now: now)
    }

    // MARK: What happens

    func start(now: Duration) -> [Effect] { perform(now) { $0.start(now: now) } }
    func tick(now: Duration) -> [Effect] { perform(now) { $0.tick(now: now) } }
    func stop(now: Duration) -> [Effect] { perform(now) { $0.stop(.interrupted, now: now) } }

    func receive(_ message: CoordinatorMessage, _ bytes: [UInt8], now: Duration) -> [Effect] {
        perform(now) { $0.receive(message, bytes: bytes, now: now) }
    }

    func receive(_ event: StorageEvent, now: Duration) -> [Effect] {
        perform(now) { $0.receive(event, now: now) }
    }

    /// A training thread stops making progress, and does not even leave when it is told to.
    func hang() {
        guard let id = slots.keys.sorted().first else { return }
        slots[id]!.isHanging = true
    }

    /// Half an epoch is over.
    func train(_ id: AttemptID, serial: Int, now: Duration) -> [Effect] {
        guard end == nil, var slot = slots[id], slot.serial == serial, !slot.isHanging else { return [] }
        if slot.training.isHalfWay || slot.training.epoch >= slot.lastEpoch {
            return finishEpoch(id, now: now)
        }
        slot.training.reachMiddle()
        slots[id] = slot
        report(.progress(progress(slot.training, id)), now)
        if slot.isPausing {
            save(.last, id, now)
            slots[id] = nil
            report(.paused(id), now)
        } else {
            if Int.random(in: 0..<4, using: &random) == 0 { save(.last, id, now) }
            effects.append(.train(id, serial: serial))
        }
        return takeEffects()
    }

    private func finishEpoch(_ id: AttemptID, now: Duration) -> [Effect] {
        var slot = slots[id]!
        if slot.training.epoch < slot.lastEpoch {
            slot.training.finishEpoch()
            slots[id] = slot
            let training = slot.training
            report(
                .epochFinished(
                    EpochResult(
                        id: id, epoch: training.epoch,
                        metrics: ["loss": training.loss, "attempt": Double(id.attempt)], learningRate: 0.1,
                        elapsedSeconds: now.inSeconds)), now)
            report(.progress(progress(training, id)), now)
            if training.bestEpoch == training.epoch { save(.best, id, now) }
        }
        if slot.training.epoch >= plan.epochs {
            save(.last, id, now)
            slots[id] = nil
            report(
                .finished(.init(id: id, state: .completed, stopReason: .budget, stopEpoch: slot.training.epoch)), now)
        } else if slot.isPausing || slot.training.epoch >= slot.lastEpoch {
            save(.last, id, now)
            slots[id] = nil
            report(.paused(id), now)
        } else {
            if Bool.random(using: &random) { save(.last, id, now) }
            effects.append(.train(id, serial: slot.serial))
        }
        return takeEffects()
    }

    private func progress(_ training: PretendedTraining, _ id: AttemptID) -> Progress {
        Progress(
            id: id, epoch: training.epoch + 1, step: training.isHalfWay ? 1 : 0, steps: 2, patienceLeft: nil)
    }

    private func save(_ kind: StoredFile.Kind, _ id: AttemptID, _ now: Duration) {
        guard let training = slots[id]?.training else { return }
        let (file, bytes) = training.checkpoint(
            kind, by: id.attempt, size: kind == .last ? plan.checkpointSize : 64)
        files += 1
        let spooled = SpooledFile(file: file, name: "\(files)")
        spool[spooled.name] = bytes
        report(.checkpoint(id, spooled), now)
    }

    private func report(_ event: RunnerEvent, _ now: Duration) {
        perform(machine.receive(event, now: now), now)
    }

    // MARK: Actions

    private func perform(_ now: Duration, _ body: (inout WorkerMachine) -> [WorkerAction]) -> [Effect] {
        guard end == nil else { return [] }
        perform(body(&machine), now)
        return takeEffects()
    }

    private func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    private func perform(_ actions: [WorkerAction], _ now: Duration) {
        for action in actions where end == nil {
            switch action {
            case .send(let message, let bytes): effects.append(.send(message, bytes))
            case .keepRow(let row): rows[row.row.id, default: [:]][row.row.epoch] = row
            case .readRows(let id, let epochs):
                effects.append(.storage(.rows(id, epochs.compactMap { rows[id]?[$0] })))
            case .dropRows(let id, let last): rows[id] = rows[id]?.filter { $0.key > last }
            case .start(let assign, let checkpoint): start(assign, checkpoint, now)
            case .pause(let id): slots[id]?.isPausing = true
            case .abandon(let id): leave(id, now)
            case .reconnect:
                connections += 1
                let parts = [number, incarnation, connections, connections >> 8]
                peer = PeerID(parts.map { UInt8(truncatingIfNeeded: $0) })
                effects.append(.reconnect)
            case .exit(let end):
                self.end = end
                effects.append(.exit(end))
            default:
                touchFiles(action)
            }
        }
    }

    private func start(_ assign: CoordinatorMessage.Assign, _ checkpoint: SpooledFile?, _ now: Duration) {
        let bytes = checkpoint.flatMap { spool.removeValue(forKey: $0.name) }
        promises.starts(assign, bytes)
        let content =
            assign.resume?.kind == .last ? bytes.flatMap(PretendedTraining.Content.init) : nil
        let training = content.map { PretendedTraining($0) } ?? PretendedTraining(TrialKey(assign.id))
        starts += 1
        let serial = starts
        slots[assign.id] = Slot(
            training: training, serial: serial, lastEpoch: min(assign.pauseAfter ?? plan.epochs, plan.epochs))
        // The coordinator may have lost the best one that this `last` belongs to: a later one took its place.
        if training.bestEpoch > 0 { save(.best, assign.id, now) }
        effects.append(.train(assign.id, serial: serial))
    }

    private func leave(_ id: AttemptID, _ now: Duration) {
        guard slots[id]?.isHanging != true else { return }
        slots[id] = nil
        report(.left(id), now)
    }

    private func touchFiles(_ action: WorkerAction) {
        switch action {
        case .readPiece(let chunk, _, let spooled):
            guard var piece = spool[spooled.name]?.dropFirst(chunk.offset).prefix(Chunk.size), !piece.isEmpty else {
                return
            }
            if Double.random(in: 0..<1, using: &random) < plan.damaged { piece[piece.startIndex] ^= 1 }
            effects.append(.storage(.piece(chunk, bytes: Array(piece))))
        case .place(let id, let spooled):
            disks[id.study]!.put(spool[spooled.name] ?? [], incoming: id, spooled.file.kind)
            effects.append(.storage(.placed(id, spooled, true)))
        case .findSharedFolder(let shared):
            effects.append(.storage(.sharedFolder(nonce: shared.nonce, isHere: number % 2 == 0)))
        case .takeShared(let id, let spooled):
            let bytes = disks[id.study]!.bytes(of: spooled.file, trial: id.trial)
            let isWhole = bytes.map(PretendedTraining.digest) == spooled.file.sha256
            spool[spooled.name] = isWhole ? bytes : nil
            effects.append(.storage(.checkpoint(id, isWhole ? spooled : nil)))
        case .keep(let chunk, let bytes, let spooled):
            spool[spooled.name] = (chunk.offset == 0 ? [] : spool[spooled.name] ?? []) + bytes
            guard spool[spooled.name]!.count == chunk.file.size else { return }
            let isWhole = PretendedTraining.digest(spool[spooled.name]!) == chunk.file.sha256
            effects.append(.storage(.checkpoint(chunk.id, isWhole ? spooled : nil)))
        case .discard(let spooled): spool[spooled.name] = nil
        case .keepExperiment(let experiment): effects.append(.storage(.experiment(experiment.digest, mistake: nil)))
        case .findData(let assign): effects.append(.storage(.data(assign.id, hasData ? .here : .missing)))
        case .beginData(let list):
            let missing = list.files.filter { data[$0.path]?.count != $0.size }
            effects.append(
                .storage(
                    .dataBegun(list.data, missing.map { .init(path: $0.path, size: $0.size, have: 0) })))
        case .keepData(let chunk, let bytes):
            data[chunk.path] = (chunk.offset == 0 ? [] : data[chunk.path] ?? []) + bytes
            if data[chunk.path]!.count >= SimulatedDisk.data[chunk.path]!.count {
                let isWhole = data[chunk.path] == SimulatedDisk.data[chunk.path]
                effects.append(.storage(.dataFile(chunk.data, path: chunk.path, isWhole: isWhole)))
            }
        case .finishData(let digest):
            hasData = true
            effects.append(.storage(.dataFinished(digest)))
        default: break
        }
    }
}
