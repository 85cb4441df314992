import Experiments
package import Studies
package import Schema

/// The worker without its sockets, files, threads and clock: a message, an event or a tick in, actions out.
package struct WorkerMachine: Sendable {
    let settings: WorkerSettings
    var hello: WorkerMessage.Hello
    /// Deterministic, from 0 to 1: spreads what many workers would otherwise do at the same moment.
    let jitter: Double

    var isWelcomed = false
    var welcome: CoordinatorMessage.Welcome?
    /// Studies whose folders are here, too.
    var sharedStudies: Set<StudyID> = []
    /// The experiments that have been read, by their digests.
    var experiments: Set<String> = []
    /// The numbers of each study's metrics, as far as they are known here.
    var metrics: [StudyID: MetricTable] = [:]
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
    /// What programs find here, told to each new connection.
    var programEnvironments: [StudyID: (values: [String: String], packages: [UInt8])] = [:]
    /// By digest, those that a trial waits for.
    var downloads: [String: DataDownload] = [:]
    /// Attempts in training, with their newest progress.
    var training: [AttemptID: Progress] = [:]
    /// Abandoned attempts whose thread has not yet left its slot, and since when.
    var leaving: [AttemptID: Duration] = [:]
    /// How long attempts in a slot may take to end when they are told to.
    var graces: [AttemptID: Duration] = [:]
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

    func isShared(_ id: AttemptID) -> Bool { sharedStudies.contains(id.study) }

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
            return accept(assign, now: now)
        case .experiment(let experiment):
            return receive(experiment)
        case .epochStored(let stored):
            if let answers = stored.answers { hasHeard(answers) }
            for (name, number) in stored.metrics.sorted(by: { $0.value < $1.value }) {
                metrics[stored.id.study, default: MetricTable()].learn(name, number)
            }
            let dropped = deliveries[stored.id]?.acknowledge(epoch: stored.epoch, now: now) ?? []
            return dropped + advance(stored.id, now: now)
        case .received(let chunk):
            let dropped = deliveries[chunk.id]?.acknowledge(received: chunk, now: now) ?? []
            return dropped + advance(chunk.id, now: now)
        case .fileStored(let stored):
            let dropped = deliveries[stored.id]?.acknowledge(stored: stored.file, now: now) ?? []
            return dropped + advance(stored.id, now: now)
        case .chunk(let chunk):
            return receive(chunk, bytes: bytes, now: now)
        case .dataFiles(let list):
            return downloads[list.data]?.receive(list, now: now) ?? []
        case .dataChunk(let chunk):
            return downloads[chunk.data]?.receive(chunk, bytes: bytes, now: now) ?? []
        case .outcomeStored(let id):
            return close(id, now: now)
        case .abandon(let id):
            return forget(id, now: now)
        case .recall(let id):
            return recall(id, .pause(id), now: now)
        case .prune(let id):
            return recall(id, .prune(id), now: now)
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
        if welcome.shared != self.welcome?.shared {
            sharedStudies = []
            actions += welcome.shared.map { .findSharedFolder($0) }
        }
        if !isWelcomed { idleSince = max(idleSince, now) }
        self.welcome = welcome
        isWelcomed = true
        // Workers that come back at the same moment do not beat at the same moment for ever.
        lastHeartbeat = now - .seconds(welcome.heartbeatSeconds * jitter)
        for study in programEnvironments.keys.sorted() { actions += tellEnvironment(of: study) }
        for id in deliveries.keys.sorted() {
            actions += deliveries[id]!.resend(toBeginning: true, isShared: isShared(id), now: now)
            actions += closeIfHandedBack(id, now: now)
        }
        for id in preparing.keys.sorted() { actions += askAgain(id) + askForExperiment(id, now: now) }
        for digest in downloads.keys.sorted() { actions += downloads[digest]!.askAgain() }
        return actions + ready() + endIfIdle()
    }

    func ready() -> [WorkerAction] {
        isWelcomed && stopping == nil && !ended ? [.send(.ready(.init(slots: freeSlots)))] : []
    }
}

/// How a worker comes to its end.
extension WorkerMachine {
    /// Saves and hands back everything, then ends; at the latest when the limit is over.
    ///
    /// - Parameter limit: nil for the one after a signal; what programs may take to end is added.
    package mutating func stop(_ reason: WorkerEnd, within limit: Duration? = nil, now: Duration) -> [WorkerAction] {
        let deadline = now + (limit ?? settings.stopLimit) + (graces.values.max() ?? .zero)
        stopDeadline = min(stopDeadline ?? deadline, deadline)
        guard stopping == nil else { return [] }
        stopping = reason
        var actions = training.keys.sorted().map { WorkerAction.pause($0) }
        for id in preparing.keys.sorted() {
            actions += stopPreparing(id) + handBack(id)
        }
        return actions + endIfIdle()
    }

    /// The limits that are not the coordinator's.
    mutating func keepLimits(now: Duration) -> [WorkerAction] {
        guard stopping == nil else { return [] }
        if let limit = settings.timeLimit, now - began >= limit {
            return stop(.timeLimit, now: now)
        }
        if let id = leaving.filter({ now - $0.value > settings.leavingLimit + (graces[$0.key] ?? .zero) }).keys.min() {
            return stop(.stuck(id), within: settings.drainLimit, now: now)
        }
        if isBusy {
            idleSince = now
        } else if let limit = settings.idleTimeout, isWelcomed, now - idleSince >= limit {
            return stop(.idle, now: now)
        }
        return []
    }

    /// Ends where there is nothing left to do, and nothing more is wanted.
    mutating func endIfIdle() -> [WorkerAction] {
        guard training.isEmpty, preparing.isEmpty, deliveries.isEmpty else { return [] }
        if let stopping {
            // A thread that never leaves is not waited for.
            if case .stuck = stopping { return end(stopping) }
            return leaving.isEmpty ? end(stopping) : []
        }
        return leaving.isEmpty && taken >= settings.count ?? .max ? end(.countReached) : []
    }

    /// The limit is over: what could not be saved is handed back as it was saved last, so that it counts as no failure.
    mutating func endUnfinished() -> [WorkerAction] {
        guard let stopping else { return [] }
        let ids = Set(training.keys).union(deliveries.keys).sorted()
        return ids.flatMap { handBack($0) } + end(stopping)
    }

    /// What an attempt still owes the coordinator when the worker ends.
    package struct Undelivered: Hashable, Sendable {
        package var id: AttemptID
        package var data: String
        /// Its newest checkpoint, where that lies in the spool.
        package var checkpoint: SpooledFile?
    }

    /// The attempts of which something was trained that no coordinator has acknowledged.
    package var undelivered: [Undelivered] {
        let due = deliveries.values.filter { training[$0.id] != nil || !$0.isWhole || $0.isOutcomeDue }.map {
            Undelivered(id: $0.id, data: $0.data, checkpoint: $0.unacknowledgedLast)
        }
        let given = unsaved.filter { deliveries[$0] == nil }.map { Undelivered(id: $0, data: "", checkpoint: nil) }
        return (due + given).sorted { $0.id < $1.id }
    }

    /// Whether something of an attempt has not been delivered: who hands it back gives nothing back but the trial.
    package func owes(_ id: AttemptID) -> Bool { deliveries[id] != nil || unsaved.contains(id) }

    /// The coordinator lets this worker in, but not in words that it can read: it would take part and never hear of it.
    package mutating func cannotRead(welcome reason: String) -> [WorkerAction] {
        guard !ended else { return [] }
        ended = true
        let words = "the coordinator's welcome cannot be read: \(reason); are both the same version of winnow?"
        return [.send(.goodbye(.init())), .exit(.refused(words))]
    }

    mutating func end(_ reason: WorkerEnd) -> [WorkerAction] {
        guard !ended else { return [] }
        ended = true
        return (isWelcomed ? [.send(.goodbye(.init()))] : []) + [.exit(reason)]
    }
}

/// How a worker behaves towards its coordinator.
package struct WorkerSettings: Hashable, Sendable {
    /// How many trials it trains at a time.
    package var slots = 1
    /// How many trials it takes before it leaves; nil for no bound.
    package var count: Int?
    /// How long it waits for something to do before it leaves; nil for ever.
    package var idleTimeout: Duration?
    /// How long it works before it saves, hands back and leaves; nil for ever.
    package var timeLimit: Duration?
    /// How long it looks for a coordinator at the start, and after losing one while it has nothing in hand.
    package var connectTimeout: Duration = .seconds(30)
    /// How long it looks for a lost coordinator while it trains, or has something to deliver.
    package var returnTimeout: Duration = .seconds(24 * 3600)
    /// What is not acknowledged by then is sent again, and then after twice that, and so on.
    package var resendAfter: Duration = .seconds(5)
    /// The longest time between two repetitions.
    package var longestResend: Duration = .seconds(30)
    /// How long saving and handing back may take, after a signal, before the worker ends all the same. The last words
    /// take another second at most.
    package var stopLimit: Duration = .seconds(4)
    /// The same where it is the coordinator that asks, or this worker's own need: nobody kills it meanwhile.
    package var drainLimit: Duration = .seconds(15)
    /// How long the thread of an abandoned attempt may take to leave it.
    package var leavingLimit: Duration = .seconds(30)

    package init() {}
}
