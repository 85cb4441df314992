package import Experiments
package import Wire

/// The worker without its sockets, threads and clock: a message, an event of a slot or a tick in, actions out.
package struct WorkerMachine: Sendable {
    let settings: WorkerSettings
    private var hello: WorkerMessage.Hello
    private var connection = Connection.connecting
    private var welcome: CoordinatorMessage.Welcome?
    /// When the coordinator was last heard; before that, when looking for it began.
    private var lastHeard: Duration
    private var lastHello: Duration?
    private var lastHeartbeat: Duration = .zero
    /// Assignments whose checkpoint is on its way down.
    private var fetching: [AttemptID: (assign: CoordinatorMessage.Assign, bytes: [UInt8], asked: Duration)] = [:]
    /// Attempts in training, with their newest progress.
    private var training: [AttemptID: Progress] = [:]
    /// Abandoned attempts whose thread has not yet left its slot.
    private var leaving: Set<AttemptID> = []
    private var deliveries: [AttemptID: Delivery] = [:]
    private var stopping: WorkerEnd?
    private var stopDeadline: Duration?
    private var ended = false

    private enum Connection: Sendable {
        case connecting, welcomed
    }

    package init(hello: WorkerMessage.Hello, settings: WorkerSettings, now: Duration) {
        self.hello = hello
        self.settings = settings
        lastHeard = now
    }

    package var isStopping: Bool { stopping != nil }

    /// Whether the attempt's thread is still in its slot.
    package func isTraining(_ id: AttemptID) -> Bool { training[id] != nil || leaving.contains(id) }

    private var freeSlots: Int {
        stopping == nil ? settings.slots - training.count - fetching.count - leaving.count : 0
    }

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
            self.welcome = welcome
            connection = .welcomed
            lastHeartbeat = now
            return deliveries.keys.sorted().flatMap { deliveries[$0]!.resend(now: now) }
                + fetching.keys.map { askForMore($0, now: now) } + ready() + endIfIdle()
        case .whoAreYou:
            connection = .connecting
            return sayHello(now: now)
        case .refused(let refused):
            return end(.refused(refused.reason))
        case .heartbeat:
            return []
        case .assign(let assign):
            return take(assign, now: now)
        case .epochStored(let stored):
            deliveries[stored.id]?.acknowledge(epoch: stored.epoch)
            return advance(stored.id, now: now)
        case .received(let chunk):
            return deliveries[chunk.id]?.acknowledge(received: chunk, now: now) ?? []
        case .fileStored(let stored):
            let next = deliveries[stored.id]?.acknowledge(stored: stored.file, now: now) ?? []
            return next + advance(stored.id, now: now)
        case .chunk(let chunk):
            return take(chunk, bytes: bytes, now: now)
        case .outcomeStored(let id):
            deliveries[id] = nil
            return endIfIdle()
        case .abandon(let id):
            return forget(id)
        case .dataFiles, .dataChunk, .recall:
            return []
        case .drain(let drain):
            return stop(drain.reason == .finished ? .finished : .interrupted, now: now)
        }
    }

    private mutating func take(_ assign: CoordinatorMessage.Assign, now: Duration) -> [WorkerAction] {
        guard training[assign.id] == nil, fetching[assign.id] == nil, deliveries[assign.id] == nil else { return [] }
        if stopping != nil {
            var delivery = Delivery(id: assign.id, now: now)
            delivery.ending = .handBack
            deliveries[assign.id] = delivery
            return advance(assign.id, now: now)
        }
        if assign.resume != nil {
            fetching[assign.id] = (assign, [], now)
            return [askForMore(assign.id, now: now)]
        }
        return begin(assign, checkpoint: nil, now: now)
    }

    private mutating func begin(
        _ assign: CoordinatorMessage.Assign, checkpoint: [UInt8]?, now: Duration
    ) -> [WorkerAction] {
        training[assign.id] = Progress(
            id: assign.id, epoch: (assign.resume?.epoch ?? 0) + 1, step: 0, steps: 0, patienceLeft: nil)
        deliveries[assign.id] = Delivery(id: assign.id, now: now)
        return [.start(assign, checkpoint: checkpoint)]
    }

    private mutating func askForMore(_ id: AttemptID, now: Duration) -> WorkerAction {
        fetching[id]!.asked = now
        return .send(.fetch(.init(id: id, file: .last, offset: fetching[id]!.bytes.count)))
    }

    private mutating func take(_ chunk: Chunk, bytes: [UInt8], now: Duration) -> [WorkerAction] {
        guard let (assign, received, _) = fetching[chunk.id], chunk.file == assign.resume,
            chunk.offset == received.count
        else { return [] }
        fetching[chunk.id]!.bytes += bytes
        guard fetching[chunk.id]!.bytes.count >= chunk.file.size else { return [askForMore(chunk.id, now: now)] }
        let whole = fetching.removeValue(forKey: chunk.id)!.bytes
        return begin(assign, checkpoint: whole, now: now)
    }

    private mutating func forget(_ id: AttemptID) -> [WorkerAction] {
        deliveries[id] = nil
        fetching[id] = nil
        guard training.removeValue(forKey: id) != nil else { return ready() + endIfIdle() }
        leaving.insert(id)
        return [.abandon(id)]
    }

    // MARK: Slots

    package mutating func receive(_ event: SlotEvent, now: Duration) -> [WorkerAction] {
        switch event {
        case .epochFinished(let result):
            return gated(deliveries[result.id]?.add(result, now: now))
        case .checkpoint(let id, let file, let bytes):
            return gated(deliveries[id]?.add(file, bytes: bytes, now: now))
        case .progress(let progress):
            if training[progress.id] != nil {
                training[progress.id] = progress
            }
            return []
        case .finished(let outcome):
            training[outcome.id] = nil
            leaving.remove(outcome.id)
            deliveries[outcome.id]?.ending = .outcome(outcome)
            return advance(outcome.id, now: now) + ready()
        case .paused(let id):
            training[id] = nil
            leaving.remove(id)
            deliveries[id]?.ending = .handBack
            return advance(id, now: now) + ready()
        case .left(let id):
            training[id] = nil
            leaving.remove(id)
            return ready() + endIfIdle()
        }
    }

    private mutating func advance(_ id: AttemptID, now: Duration) -> [WorkerAction] {
        let actions = connection == .welcomed ? deliveries[id]?.advance(now: now) ?? [] : []
        if case .handBack = deliveries[id]?.ending, deliveries[id]!.isHandedBack {
            deliveries[id] = nil
            return actions + endIfIdle()
        }
        return actions
    }

    /// Without a welcome nothing is sent: the next one sends all that waits.
    private func gated(_ actions: [WorkerAction]?) -> [WorkerAction] {
        connection == .welcomed ? actions ?? [] : []
    }

    // MARK: Time

    package mutating func tick(now: Duration) -> [WorkerAction] {
        if let stopping, let stopDeadline, now > stopDeadline {
            return end(stopping)
        }
        guard let welcome, connection == .welcomed else {
            if now - lastHeard > settings.connectTimeout {
                return end(.unreachable)
            }
            return now - (lastHello ?? now) > .seconds(1) ? sayHello(now: now) : []
        }
        var actions: [WorkerAction] = []
        if now - lastHeard > .seconds(welcome.leaseSeconds) {
            connection = .connecting
            lastHeard = now
            return [.reconnect] + sayHello(now: now)
        }
        if now - lastHeartbeat >= .seconds(welcome.heartbeatSeconds) {
            lastHeartbeat = now
            let known = fetching.values.map {
                Progress(id: $0.assign.id, epoch: $0.assign.resume?.epoch ?? 0, step: 0, steps: 0, patienceLeft: nil)
            }
            let delivering = deliveries.keys.filter { training[$0] == nil }.map {
                Progress(id: $0, epoch: 0, step: 0, steps: 0, patienceLeft: nil)
            }
            let progress = (Array(training.values) + known + delivering).sorted { $0.id.trial < $1.id.trial }
            actions.append(.send(.heartbeat(.init(sequence: 0, heard: 0, slots: freeSlots, progress: progress))))
        }
        for id in deliveries.keys
        where deliveries[id]!.isWaiting && now - deliveries[id]!.lastSent > settings.resendAfter {
            actions += deliveries[id]!.resend(now: now)
        }
        for (id, fetch) in fetching where now - fetch.asked > settings.resendAfter {
            actions.append(askForMore(id, now: now))
        }
        return actions
    }

    private mutating func sayHello(now: Duration) -> [WorkerAction] {
        lastHello = now
        hello.running = Set(training.keys).union(fetching.keys).union(deliveries.keys).sorted()
        return [.send(.hello(hello))]
    }

    private func ready() -> [WorkerAction] {
        connection == .welcomed && stopping == nil ? [.send(.ready(.init(slots: freeSlots)))] : []
    }

    // MARK: The end

    /// Saves and hands back everything, then ends; at the latest when the stop limit is over.
    package mutating func stop(_ reason: WorkerEnd, now: Duration) -> [WorkerAction] {
        guard stopping == nil else { return [] }
        stopping = reason
        stopDeadline = now + settings.stopLimit
        var actions = training.keys.sorted().map { WorkerAction.pause($0) }
        for id in fetching.keys.sorted() {
            fetching[id] = nil
            actions.append(.send(.handBack(id)))
        }
        return actions + endIfIdle()
    }

    private mutating func endIfIdle() -> [WorkerAction] {
        guard let stopping, training.isEmpty, deliveries.isEmpty, leaving.isEmpty else { return [] }
        return end(stopping)
    }

    private mutating func end(_ reason: WorkerEnd) -> [WorkerAction] {
        guard !ended else { return [] }
        ended = true
        return (connection == .welcomed ? [.send(.goodbye(.init()))] : []) + [.exit(reason)]
    }
}
