import Experiments
import Studies
import Foundation
import Messaging
import Synchronization
import Schema

/// Many workers in one thread, which speak the protocol and train nothing: each trial has some epochs, no files, and an
/// end. What is not acknowledged is sent again.
final class Crowd: Sendable {
    struct Tally {
        /// Every result that was acknowledged.
        var stored: Set<Stored> = []
        var welcomes = 0
        var gone = 0
        var failure: String?
    }

    struct Stored: Hashable {
        var id: AttemptID
        var epoch: Int
    }

    private let tally = Mutex(Tally())
    private let mayEnd = Mutex(false)

    var soFar: Tally { tally.withLock { $0 } }

    /// Before this nobody reports a trial's end, so that each member has one trial, however fast it is.
    func letTrialsEnd() { mayEnd.withLock { $0 = true } }

    init(_ count: Int, at address: String, epochs: Int) throws {
        let endpoint = try Endpoint(address)
        Thread.detachNewThread { [weak self] in
            do {
                let context = try Context()
                var poller = Poller()
                var members = try (0..<count).map { try Member($0, Socket(context, .dealer), epochs: epochs) }
                for member in members {
                    try member.socket.connect(endpoint)
                    poller.watch(member.socket)
                }
                while let self, self.soFar.gone < count {
                    _ = try poller.wait(atMost: .milliseconds(20))
                    var change = Tally()
                    let mayEnd = self.mayEnd.withLock { $0 }
                    for index in members.indices { try members[index].act(&change, mayEnd: mayEnd) }
                    self.tally.withLock {
                        $0.stored.formUnion(change.stored)
                        $0.welcomes += change.welcomes
                        $0.gone += change.gone
                    }
                }
            } catch {
                self?.tally.withLock { $0.failure = "\(error)" }
            }
        }
    }
}

private struct Member {
    let socket: Socket
    private let name: String
    private let epochs: Int
    private var id: AttemptID?
    private var acknowledged = 0
    private var isWelcome = false
    private var isGone = false
    private var heartbeats = 0
    private var heard = 0
    private var nextHello = ContinuousClock.now
    private var nextHeartbeat = ContinuousClock.now
    private var nextResult = ContinuousClock.now
    private var lastHeard = ContinuousClock.now

    init(_ number: Int, _ socket: Socket, epochs: Int) {
        self.socket = socket
        self.epochs = epochs
        name = WorkerName(host: "crowd", process: Int32(number + 1), token: .random(in: 0...UInt32.max)).description
    }

    mutating func act(_ tally: inout Crowd.Tally, mayEnd: Bool) throws {
        while let frames = try socket.receive() {
            try take(Envelope<CoordinatorMessage>(frames: frames).message, &tally)
        }
        guard !isGone else { return }
        let now = ContinuousClock.now
        // A coordinator that is silent may be another one by now.
        if isWelcome, now - lastHeard > .seconds(2) { isWelcome = false }
        if !isWelcome {
            guard now >= nextHello else { return }
            nextHello = now + .seconds(1)
            let hello = WorkerMessage.Hello(
                protocolVersion: protocolVersion, worker: name, program: "crowd", host: "crowd", slots: 1,
                environment: [:], running: id.map { [$0] } ?? [])
            return try send(.hello(hello))
        }
        if now >= nextHeartbeat {
            nextHeartbeat = now + .milliseconds(500)
            heartbeats += 1
            let progress = id.map {
                Progress(id: $0, epoch: acknowledged + 1, step: heartbeats, steps: 0, patienceLeft: nil)
            }
            try send(
                .heartbeat(
                    .init(
                        sequence: heartbeats, heard: heard, slots: id == nil ? 1 : 0,
                        progress: progress.map { [$0] } ?? [])
                ))
        }
        if let id, now >= nextResult {
            nextResult = now + .milliseconds(300)
            guard acknowledged < epochs else {
                guard mayEnd else { return }
                let outcome = TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: epochs)
                return try send(.finished(outcome))
            }
            let result = Row(
                id: id, epoch: acknowledged + 1, metrics: ["validation_loss": 0.5], learningRate: 0.001,
                elapsedSeconds: 1)
            try send(.epochFinished(result))
        }
    }

    private mutating func take(_ message: CoordinatorMessage, _ tally: inout Crowd.Tally) throws {
        lastHeard = .now
        switch message {
        case .welcome:
            (isWelcome, heartbeats, heard, nextHeartbeat) = (true, 0, 0, .now)
            tally.welcomes += 1
            try send(.ready(.init(slots: id == nil ? 1 : 0)))
        case .whoAreYou:
            (isWelcome, nextHello) = (false, .now)
        case .heartbeat(let heartbeat):
            heard = heartbeat.answers
        case .assign(let assign) where id == nil:
            (id, acknowledged, nextResult) = (assign.id, 0, .now)
        case .epochStored(let stored) where stored.id == id:
            guard stored.epoch > acknowledged else { return }
            for epoch in acknowledged + 1...stored.epoch { tally.stored.insert(.init(id: stored.id, epoch: epoch)) }
            (acknowledged, nextResult) = (stored.epoch, .now)
        case .outcomeStored(let stored) where stored == id, .abandon(let stored) where stored == id:
            id = nil
            try send(.ready(.init(slots: 1)))
        case .drain where !isGone:
            isGone = true
            tally.gone += 1
            try send(.goodbye(.init()))
        default: break
        }
    }

    private func send(_ message: WorkerMessage) throws {
        _ = try socket.send(Envelope(message).frames())
    }
}
