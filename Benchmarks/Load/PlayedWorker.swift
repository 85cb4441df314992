import Experiments
import Messaging
import Wire

/// A worker that speaks the protocol and trains nothing. What is sent and received often is put together and picked
/// apart as bytes, so that the load costs less than what it measures.
final class PlayedWorker {
    let socket: Socket
    private let crew: Crew
    private let name: String
    private var id: AttemptID?
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
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
    private(set) var hasEnded = false

    init(_ number: Int, of crew: Crew, _ context: Context) throws {
        self.crew = crew
        name = WorkerName(host: "load", process: Int32(number + 1), token: .random(in: 0...UInt32.max)).description
        sendTimes = Array(repeating: .now, count: crew.window)
        socket = try Socket(context, .dealer)
        try socket.connect(crew.endpoint)
    }

    func act(_ tally: inout Crew.Tally) throws {
        let now = ContinuousClock.now
        while let frames = try socket.receive() {
            if let epoch = Self.storedEpoch(frames[0]) {
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
        if now - lastHeartbeat >= .seconds(1), !hasEnded {
            try send(.heartbeat(nextHeartbeat(now)))
        }
    }

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
        case .results:
            let due = crew.rate == 0 ? .max : Int((now - assigned) / .seconds(1) * crew.rate)
            while sent < due, sent - acknowledged < crew.window - 1 {
                sent += 1
                sendTimes[sent % crew.window] = now
                guard try socket.send([head + Array(String(sent).utf8) + heartbeatAlong(now) + tail]) == .sent else {
                    sent -= 1
                    return
                }
            }
        case .trials:
            guard delivering == nil, (now - assigned) / .seconds(1) >= crew.trialSeconds else { return }
            (delivering, self.id) = (id, nil)
            try send(.finished(TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: 0)))
            // Its slot is free, as a real worker's is when training has ended.
            try send(.ready(.init(slots: 1)))
        }
    }

    /// The member of a result that is a heartbeat, unless one went so half an interval ago, as a worker does it.
    private func heartbeatAlong(_ now: ContinuousClock.Instant) throws -> [UInt8] {
        guard now - lastCarried >= .milliseconds(500) else { return [] }
        lastCarried = now
        return try Array(#","heartbeat":"#.utf8) + PortableJSON.encode(nextHeartbeat(now))
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
            try send(.ready(.init(slots: id == nil ? 1 : 0)))
        case .whoAreYou:
            isWelcome = false
            lastHello = nil
        case .heartbeat(let heartbeat):
            heard = heartbeat.answers
        case .epochStored(let stored):
            heard = stored.answers ?? heard
            hasStored(stored.epoch, now, &tally)
        case .assign(let assign):
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
        head = Array(#"{"elapsed_s":1.25,"epoch":"#.utf8)
        tail = Array(
            (#","id":{"attempt":\#(id.attempt),"trial":\#(id.trial)},"kind":"epoch","learning_rate":0.001,"#
                + #""metrics":{"validation_loss":0.6931471805599453}}"#).utf8)
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

    /// The epoch of an `epoch_stored`, whose keys are sorted: `{"epoch":8,"id":{...},"kind":"epoch_stored"}`.
    private static func storedEpoch(_ header: [UInt8]) -> Int? {
        let start = Array(#"{"epoch":"#.utf8)
        guard header.starts(with: start), header.suffix(14).elementsEqual(#""epoch_stored"}"#.utf8.suffix(14)) else {
            return nil
        }
        var epoch = 0
        for byte in header.dropFirst(start.count) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            epoch = epoch * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return epoch
    }
}
