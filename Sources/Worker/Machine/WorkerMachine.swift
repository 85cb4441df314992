package import Experiments
package import Wire

/// The worker without its sockets, files, threads and clock: a message, an event or a tick in, actions out.
package struct WorkerMachine: Sendable {
    let settings: WorkerSettings
    var hello: WorkerMessage.Hello
    /// Deterministic, from 0 to 1: spreads what many workers would otherwise do at the same moment.
    let jitter: Double

    var isWelcomed = false
    var welcome: CoordinatorMessage.Welcome?
    /// Whether the study's folder is here, too; nil while nobody has looked.
    var isShared: Bool?
    /// When the coordinator was last heard; before that, when looking for it began.
    var lastHeard: Duration
    /// When this connection was made.
    var connected: Duration
    var lastHello: Duration?
    var lastHeartbeat: Duration = .zero
    /// When a heartbeat last went with a result.
    var lastCarried: Duration = .zero
    /// Of this connection's heartbeats.
    var sequence = 0
    var heard = 0

    /// Assignments whose data or checkpoint are not here yet.
    var preparing: [AttemptID: Preparation] = [:]
    /// By digest, those that a trial waits for.
    var downloads: [String: DataDownload] = [:]
    /// Attempts in training, with their newest progress.
    var training: [AttemptID: Progress] = [:]
    /// Abandoned attempts whose thread has not yet left its slot, and since when.
    var leaving: [AttemptID: Duration] = [:]
    var deliveries: [AttemptID: Delivery] = [:]

    /// Why the spool takes nothing more; nil where it does.
    package var spoolTrouble: String?

    /// Attempts that were paused while the spool took no checkpoint.
    var unsaved: Set<AttemptID> = []

    /// Trials taken so far.
    var taken = 0
    let began: Duration
    /// Since when there has been nothing to do.
    var idleSince: Duration
    var stopping: WorkerEnd?
    var stopDeadline: Duration?
    var ended = false

    package init(hello: WorkerMessage.Hello, settings: WorkerSettings, now: Duration) {
        self.hello = hello
        self.settings = settings
        jitter =
            Double(hello.worker.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }) / 4_294_967_296
        lastHeard = now
        connected = now
        began = now
        idleSince = now
    }

    package var isStopping: Bool { stopping != nil }
    /// The study as its coordinator calls it.
    package var study: String? { welcome?.study }

    /// Whether the attempt's thread is still in its slot.
    package func isTraining(_ id: AttemptID) -> Bool { training[id] != nil || leaving[id] != nil }

    var freeSlots: Int {
        guard stopping == nil else { return 0 }
        let slots = settings.slots - training.count - preparing.count - leaving.count
        return max(min(slots, settings.count.map { $0 - taken } ?? slots), 0)
    }

    /// Whether anything is trained, prepared or still to be delivered.
    var isBusy: Bool { !training.isEmpty || !preparing.isEmpty || !deliveries.isEmpty || !leaving.isEmpty }

    package mutating func start(now: Duration) -> [WorkerAction] {
        sayHello(now: now)
    }

    // MARK: Messages

    package mutating func receive(
        _ message: CoordinatorMessage, bytes: [UInt8], now: Duration
    ) -> [WorkerAction] {
        lastHeard = now
        switch message {
        case .welcome(let welcome):
            return enter(welcome, now: now)
        case .whoAreYou:
            guard isWelcomed || lastHello == nil else { return [] }
            forgetConnection(now: now)
            return sayHello(now: now)
        case .refused(let refused):
            return end(.refused(refused.reason))
        case .heartbeat(let heartbeat):
            hasHeard(heartbeat.answers)
            return []
        case .assign(let assign):
            return take(assign, now: now)
        case .epochStored(let stored):
            if let answers = stored.answers { hasHeard(answers) }
            let dropped = deliveries[stored.id]?.acknowledge(epoch: stored.epoch, now: now) ?? []
            return dropped + advance(stored.id, now: now)
        case .received(let chunk):
            let dropped = deliveries[chunk.id]?.acknowledge(received: chunk, now: now) ?? []
            return dropped + advance(chunk.id, now: now)
        case .fileStored(let stored):
            let dropped = deliveries[stored.id]?.acknowledge(stored: stored.file, now: now) ?? []
            return dropped + advance(stored.id, now: now)
        case .chunk(let chunk):
            return take(chunk, bytes: bytes, now: now)
        case .dataFiles(let list):
            return downloads[list.data]?.take(list, now: now) ?? []
        case .dataChunk(let chunk):
            return downloads[chunk.data]?.take(chunk, bytes: bytes, now: now) ?? []
        case .outcomeStored(let id):
            return close(id, now: now)
        case .abandon(let id):
            return forget(id, now: now)
        case .recall(let id):
            return recall(id, now: now)
        case .drain(let drain):
            return stop(
                drain.reason == .finished ? .finished : .interrupted, within: settings.drainLimit, now: now)
        }
    }

    // MARK: The connection

    mutating func sayHello(now: Duration) -> [WorkerAction] {
        lastHello = now
        hello.running = Set(training.keys).union(preparing.keys).union(deliveries.keys).sorted()
        return [.send(.hello(hello))]
    }

    private mutating func hasHeard(_ answers: Int) {
        heard = max(heard, min(answers, sequence))
    }

    mutating func forgetConnection(now: Duration) {
        isWelcomed = false
        connected = now
        (sequence, heard) = (0, 0)
    }

    private mutating func enter(_ welcome: CoordinatorMessage.Welcome, now: Duration) -> [WorkerAction] {
        var actions: [WorkerAction] = []
        if let shared = welcome.shared, isShared == nil || shared != self.welcome?.shared {
            isShared = nil
            actions.append(.findSharedFolder(shared))
        } else if welcome.shared == nil {
            isShared = nil
        }
        if !isWelcomed { idleSince = max(idleSince, now) }
        self.welcome = welcome
        isWelcomed = true
        // Workers that come back at the same moment do not beat at the same moment for ever.
        lastHeartbeat = now - .seconds(welcome.heartbeatSeconds * jitter)
        for id in deliveries.keys.sorted() {
            actions += deliveries[id]!.resend(toBeginning: true, isShared: isShared == true, now: now)
            actions += closeIfHandedBack(id, now: now)
        }
        for id in preparing.keys.sorted() { actions += askAgain(id) }
        for digest in downloads.keys.sorted() { actions += downloads[digest]!.askAgain() }
        return actions + ready() + endIfIdle()
    }

    func ready() -> [WorkerAction] {
        isWelcomed && stopping == nil && !ended ? [.send(.ready(.init(slots: freeSlots)))] : []
    }
}
