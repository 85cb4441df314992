import Experiments
import Studies
import Messaging
import Schema

/// A worker that speaks the protocol and trains nothing.
final class PlayedWorker {
    let socket: Socket
    private let crew: Crew
    private let name: String
    private var id: AttemptID?
    private var metrics = MetricTable()
    private var plainRow: PlainRow?
    private var assigned = ContinuousClock.now
    private var lastHeartbeat = ContinuousClock.now
    private var lastCarried = ContinuousClock.now
    private var lastHello: ContinuousClock.Instant?
    private var isWelcome = false
    private var heartbeats = 0
    private var heard = 0
    private var sent = 0
    private var acknowledged = 0
    /// The attempt before, whose end nobody has acknowledged.
    private var delivering: AttemptID?
    private var sendTimes: [ContinuousClock.Instant]
    private var upload: PlayedUpload?
    private var unanswered = UnansweredHeartbeats()
    /// How long after its assignment it begins to send: those of a crew take turns where heartbeats are measured.
    private let delay: Duration
    private(set) var hasEnded = false

    init(_ number: Int, of crew: Crew, _ context: Context) throws {
        self.crew = crew
        name = WorkerName(host: "load", process: Int32(number + 1), token: .random(in: 0...UInt32.max)).description
        sendTimes = Array(repeating: .now, count: crew.window)
        upload = crew.checkpoint.map { PlayedUpload($0) }
        let turn = Double(number % crew.numbers.count) / Double(crew.numbers.count)
        delay = crew.plan == .uploads && crew.rate > 0 ? .seconds(turn / crew.rate) : .zero
        socket = try Socket(context, .dealer)
        try socket.connect(crew.endpoint)
    }

    func act(_ tally: inout Crew.Tally) throws {
        let now = ContinuousClock.now
        while let frames = try socket.receive() {
            if let epoch = PlainRow.storedEpoch(frames) {
                hasStored(epoch, now, &tally)
            } else {
                try take(Envelope<CoordinatorMessage>(frames: frames).message, now, &tally)
            }
        }
        if !isWelcome {
            guard lastHello.map({ now - $0 > .seconds(1) }) ?? true else { return }
            lastHello = now
            return try hello()
        }
        try work(now)
        if now - lastHeartbeat >= heartbeatInterval, !hasEnded, unanswered.count < UnansweredHeartbeats.most {
            let heartbeat = nextHeartbeat(now)
            if crew.plan == .uploads { unanswered.add(heartbeat.sequence, now) }
            try send(.heartbeat(heartbeat))
        }
    }

    /// More often than a worker's where they are measured, so that there are enough of them.
    private var heartbeatInterval: Duration { crew.plan == .uploads ? .milliseconds(200) : .seconds(1) }

    private func nextHeartbeat(_ now: ContinuousClock.Instant) -> WorkerMessage.Heartbeat {
        lastHeartbeat = now
        heartbeats += 1
        let progress = [id, delivering].compactMap { $0 }.map {
            Progress(id: $0, epoch: sent + 1, step: heartbeats, steps: 0, patienceLeft: nil)
        }
        return .init(sequence: heartbeats, heard: heard, slots: id == nil ? 1 : 0, progress: progress)
    }

    private func hasStored(_ epoch: Int, _ now: ContinuousClock.Instant, _ tally: inout Crew.Tally) {
        while acknowledged < epoch {
            acknowledged += 1
            tally.acknowledged += 1
            tally.latencies.append(sendTimes[acknowledged % crew.window].duration(to: now) / .seconds(1))
        }
    }

    private func work(_ now: ContinuousClock.Instant) throws {
        guard let id else { return }
        switch crew.plan {
        case .results: try sendRows(of: id, now)
        case .uploads:
            try sendRows(of: id, now)
            for piece in upload?.pieces(of: id, epoch: acknowledged, now) ?? [] { _ = try socket.send(piece.frames()) }
        case .trials:
            guard delivering == nil, (now - assigned) / .seconds(1) >= crew.trialSeconds else { return }
            (delivering, self.id) = (id, nil)
            try send(.finished(TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: 0)))
            // Its slot is free, as a real worker's is when training has ended.
            try send(.ready(.init(slots: 1)))
        }
    }

    private func sendRows(of id: AttemptID, _ now: ContinuousClock.Instant) throws {
        let due = crew.rate == 0 ? .max : Int((now - assigned - delay) / .seconds(1) * crew.rate)
        while sent < due, sent - acknowledged < crew.window - 1 {
            sent += 1
            sendTimes[sent % crew.window] = now
            guard try socket.send(rowFrames(of: id, now)) == .sent else {
                sent -= 1
                return
            }
        }
    }

    private func rowFrames(of id: AttemptID, _ now: ContinuousClock.Instant) throws -> [[UInt8]] {
        if let heartbeat = heartbeatAlong(now) {
            return try Envelope(WorkerMessage.epochFinished(row(of: id, sent), heartbeat: heartbeat)).frames()
        }
        guard metrics.count > 0 else { return try Envelope(WorkerMessage.epochFinished(row(of: id, sent))).frames() }
        if plainRow?.id != id { plainRow = PlainRow(row(of: id, 1)) }
        return [plainRow!.bytes(epoch: sent)]
    }

    /// A heartbeat for a row, unless one went so half an interval ago, as a worker does it; not where heartbeats are
    /// measured, as what comes with a row is answered with the row.
    private func heartbeatAlong(_ now: ContinuousClock.Instant) -> WorkerMessage.Heartbeat? {
        guard crew.plan != .uploads, now - lastCarried >= .milliseconds(500) else { return nil }
        lastCarried = now
        return nextHeartbeat(now)
    }

    private func row(of id: AttemptID, _ epoch: Int) -> Row {
        let value = 0.6931471805599453
        guard let number = metrics.number(of: "validation_loss") else {
            return Row(
                id: id, epoch: epoch, metrics: ["validation_loss": value], learningRate: 0.001, elapsedSeconds: 1.25)
        }
        return Row(
            id: id, epoch: epoch, elapsedSeconds: 1.25, learningRate: 0.001, metrics: [number], values: [value],
            named: [:])
    }

    private func take(
        _ message: CoordinatorMessage, _ now: ContinuousClock.Instant, _ tally: inout Crew.Tally
    ) throws {
        switch message {
        case .welcome:
            isWelcome = true
            (lastHeartbeat, heartbeats, heard) = (now, 0, 0)
            // What was on its way to another coordinator, or on another connection, may be lost: again from there.
            sent = acknowledged
            upload?.restart()
            unanswered.forget()
            try send(.ready(.init(slots: id == nil ? 1 : 0)))
        case .whoAreYou:
            isWelcome = false
            lastHello = nil
        case .heartbeat(let heartbeat):
            heard = heartbeat.answers
            tally.heartbeats += unanswered.answered(heartbeat.answers, now)
        case .received(let chunk): upload?.hasReceived(chunk)
        case .fileStored(let stored): upload?.hasStored(stored.file, now).map { tally.uploads.append($0) }
        case .epochStored(let stored):
            heard = stored.answers ?? heard
            for (name, number) in stored.metrics.sorted(by: { $0.value < $1.value }) { metrics.learn(name, number) }
            hasStored(stored.epoch, now, &tally)
        case .assign(let assign):
            metrics = MetricTable(assign.metrics)
            begin(assign.id, now)
            tally.busy += 1
        case .outcomeStored(let stored) where stored == delivering:
            delivering = nil
            tally.trials += 1
        case .abandon(let abandoned):
            if abandoned == id { id = nil }
            if abandoned == delivering { delivering = nil }
        case .drain:
            try send(.goodbye(.init()))
            hasEnded = true
            tally.ended += 1
        case .refused(let refused):
            fatalError("refused: \(refused.reason)")
        default: break
        }
    }

    private func begin(_ id: AttemptID, _ now: ContinuousClock.Instant) {
        self.id = id
        (assigned, sent, acknowledged) = (now, 0, 0)
    }

    private func hello() throws {
        try send(
            .hello(
                .init(
                    protocolVersion: protocolVersion, worker: name, program: "winnow-load", host: "load", slots: 1,
                    environment: ["host": "load"], running: [id, delivering].compactMap { $0 })))
    }

    private func send(_ message: WorkerMessage) throws {
        _ = try socket.send(Envelope(message).frames())
    }
}
