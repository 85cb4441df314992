import Coordinator
import Experiments
import Studies
import Schema
import Search

/// A coordinator's state machine that a test plays the workers of, message by message.
struct PlayedCoordinator {
    private(set) var machine: CoordinatorMachine
    private(set) var now: Duration = .zero
    private(set) var actions: [CoordinatorAction] = []
    /// All actions since the start, in order.
    private var log: [CoordinatorAction] = []
    /// Everything that was appended since the start.
    private(set) var records: [JournalRecord] = []
    /// What was there before.
    let creations: [JournalRecord]
    private var sequences: [PeerID: Int] = [:]

    init(
        trials: Int = 1, settings: CoordinatorSettings = CoordinatorSettings(), generation: Int = 1,
        after records: [JournalRecord] = [], trialsOf assignments: [Assignment]? = nil,
        search: (any TrialSearch)? = nil
    ) throws {
        var study = StudyState()
        try study.apply(.studyCreated(.init(identity: "", dataDigest: "data", program: "test", unix: 0)))
        creations = (assignments ?? Array(repeating: [], count: trials)).enumerated().map { trial, assignment in
            .trialCreated(.init(trial: trial, point: trial, replicate: 0, seed: 0, assignment: assignment))
        }
        for record in creations { try study.apply(record) }
        for record in records { try study.apply(record) }
        var settings = settings
        settings.study.epochs = 10
        machine = CoordinatorMachine(
            studies: [StudyMachine(study, settings: settings.study, search: search, generation: generation)],
            welcome: .init(
                generation: generation, study: "test", heartbeatSeconds: settings.pool.heartbeat.inSeconds,
                leaseSeconds: settings.pool.lease.inSeconds),
            settings: settings.pool)
        _ = keep(machine.start(at: moment))
    }

    var study: StudyState { machine.study }
    var status: CoordinatorStatus { machine.status(of: study.id, at: moment) }
    private var moment: Timestamp { Timestamp(monotonic: now, unix: now.inSeconds) }

    private mutating func keep(_ new: [CoordinatorAction]) -> [CoordinatorAction] {
        records += new.compactMap { if case .append(_, let record, _) = $0 { record } else { nil } }
        log += new
        actions = new
        return new
    }

    // MARK: What happens

    @discardableResult
    mutating func send(_ message: WorkerMessage, bytes: [UInt8] = [], from peer: PeerID) -> [CoordinatorAction] {
        return keep(machine.receive(message, bytes: bytes, from: peer, at: moment))
    }

    /// Says hello, and asks for as many trials as it has slots.
    @discardableResult
    mutating func join(
        _ peer: PeerID, host: String = "host", name: String? = nil, slots: Int = 1, tags: [String] = [],
        running: [AttemptID] = [], asks: Bool = true
    ) -> [CoordinatorAction] {
        var all = send(
            .hello(
                .init(
                    protocolVersion: protocolVersion, worker: name ?? "\(host)-\(peer.bytes[0])-1", program: "test",
                    host: host, slots: slots, tags: tags, environment: [:], running: running)), from: peer)
        if asks { all += send(.ready(.init(slots: slots - running.count)), from: peer) }
        actions = all
        return all
    }

    /// - Parameters:
    ///   - isDeaf: whether it hears no answers.
    ///   - unanswered: how many heartbeats before this one were lost.
    @discardableResult
    mutating func beat(
        _ peer: PeerID, slots: Int = 0, isDeaf: Bool = false, unanswered: Int = 0, _ progress: [Progress] = []
    ) -> [CoordinatorAction] {
        let heard = isDeaf ? 0 : sequences[peer, default: 0]
        sequences[peer, default: 0] += unanswered + 1
        return send(
            .heartbeat(.init(sequence: sequences[peer]!, heard: heard, slots: slots, progress: progress)), from: peer)
    }

    /// Time passes with ears open: the coordinator looks at the clock four times a second.
    ///
    /// - Parameter each: what happens once a second.
    @discardableResult
    mutating func wait(_ duration: Duration, each: (inout PlayedCoordinator) -> Void = { _ in }) -> [CoordinatorAction]
    {
        let before = log.count
        let steps = Int(duration / .milliseconds(250))
        for step in 0..<steps {
            now += .milliseconds(250)
            _ = keep(machine.tick(at: moment))
            if step % 4 == 3 { each(&self) }
        }
        actions = Array(log[before...])
        return actions
    }

    /// Time passes while the whole process is stopped.
    mutating func sleep(_ duration: Duration) { now += duration }

    @discardableResult
    mutating func pause(_ paused: Bool) -> [CoordinatorAction] {
        return keep(machine.setPaused(paused, study.id, at: moment))
    }

    @discardableResult
    mutating func interrupt() -> [CoordinatorAction] {
        return keep(machine.interrupt(at: moment))
    }

    @discardableResult
    mutating func setDiskTrouble(_ trouble: String?) -> [CoordinatorAction] {
        return keep(machine.setDiskTrouble(trouble, of: study.id, at: moment))
    }

    @discardableResult
    mutating func hasStored(_ id: AttemptID, _ file: StoredFile) -> [CoordinatorAction] {
        return answer(.stored(id, file))
    }

    /// The disk says something.
    @discardableResult
    mutating func answer(_ answer: StorageAnswer) -> [CoordinatorAction] {
        return keep(machine.receive(answer, of: study.id, at: moment))
    }

    @discardableResult
    mutating func revoke(_ worker: String) -> [CoordinatorAction] {
        return keep(machine.workerIsGone(where: { $0 == worker }, isRevoked: true, at: moment))
    }

    /// A worker's process has ended.
    @discardableResult
    mutating func loses(_ worker: String, _ process: ProcessEnd?) -> [CoordinatorAction] {
        return keep(machine.workerIsGone(where: { $0 == worker }, process: process, at: moment))
    }

    @discardableResult
    mutating func retry(_ trials: [Int]?) -> [CoordinatorAction] {
        return keep(machine.retry(trials, of: study.id, at: moment))
    }

    mutating func cannotRead(_ chunk: Chunk) -> [CoordinatorAction] { answer(.read(chunk, bytes: nil)) }

    /// Uploads a file whole, and lets the disk take it.
    @discardableResult
    mutating func upload(_ id: AttemptID, _ file: StoredFile, from peer: PeerID) -> [CoordinatorAction] {
        var all = send(
            .upload(.init(id: id, file: file, offset: 0)), bytes: Array(repeating: 0, count: file.size), from: peer)
        if all.contains(.store(study.id, .publish(id, file))) { all += hasStored(id, file) }
        actions = all
        return all
    }

    @discardableResult
    mutating func finishEpochs(_ id: AttemptID, _ epochs: ClosedRange<Int>, from peer: PeerID) -> [CoordinatorAction] {
        let before = log.count
        for epoch in epochs {
            send(
                .epochFinished(Row(id: id, epoch: epoch, metrics: [:], learningRate: 0, elapsedSeconds: 0)), from: peer)
        }
        return Array(log[before...])
    }

    mutating func finish(_ id: AttemptID, from peer: PeerID) {
        send(
            .finished(
                .init(id: id, state: .completed, stopReason: .budget, stopEpoch: study.trials[id.trial].history.count)),
            from: peer)
    }
}

extension [CoordinatorAction] {
    /// The attempts that are given to `peer`.
    func assigned(to peer: PeerID) -> [AttemptID] {
        compactMap { if case .send(.assign(let assign), peer) = $0 { assign.id } else { nil } }
    }

    func ended(_ reason: JournalRecord.AttemptEnded.Reason) -> [AttemptID] {
        compactMap {
            if case .append(_, .attemptEnded(let ended), _) = $0, ended.reason == reason { ended.id } else { nil }
        }
    }

    var refusals: [String] {
        compactMap {
            switch $0 {
            case .notify(_, .messageRefused(let reason)), .notify(_, .workerRefused(_, let reason)): reason
            default: nil
            }
        }
    }
}

extension CoordinatorAction {
    /// What a study without a number does.
    static func append(_ record: JournalRecord) -> Self { .append(.none, record, encoded: []) }
    static func store(_ work: StorageWork) -> Self { .store(.none, work) }
    static func storeWhenDurable(_ work: StorageWork) -> Self { .storeWhenDurable(.none, work) }
    static func notify(_ event: CoordinatorEvent) -> Self { .notify(StudyID.none, event) }
}

extension Progress {
    init(_ id: AttemptID, epoch: Int = 1, step: Int = 0, stage: String? = nil) {
        self.init(id: id, epoch: epoch, step: step, steps: 10, patienceLeft: nil, stage: stage)
    }
}
