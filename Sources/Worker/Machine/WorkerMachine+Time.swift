import Experiments
import Studies
import Schema

/// What time brings: heartbeats, repetitions, limits that are over.
extension WorkerMachine {
    package mutating func tick(now: Duration) -> [WorkerAction] {
        guard !ended else { return [] }
        if stopping != nil, let stopDeadline, now > stopDeadline {
            return endUnfinished()
        }
        var actions = keepLimits(now: now)
        if ended { return actions }
        guard let welcome, isWelcomed else { return actions + lookForCoordinator(now: now) }
        guard now - lastHeard <= .seconds(welcome.leaseSeconds) else {
            lastHeard = now
            return actions + reconnect(now: now)
        }
        if now - lastHeartbeat >= .seconds(welcome.heartbeatSeconds) {
            actions.append(beat(every: .seconds(welcome.heartbeatSeconds), now: now))
        }
        for id in deliveries.keys.sorted() {
            actions += deliveries[id]!.tick(isShared: isShared(id), now: now) + closeIfHandedBack(id, now: now)
        }
        for digest in downloads.keys.sorted() { actions += downloads[digest]!.tick(now: now) }
        for id in preparing.keys.sorted() {
            if case .coming(var download) = preparing[id]!.resume, download.isOverdue(now: now) {
                preparing[id]!.resume = .coming(download)
                actions += askAgain(id)
            }
            if let backoff = preparing[id]!.asking, backoff.isDue(now) { actions += askForExperiment(id, now: now) }
            if case .elsewhere(let again) = preparing[id]!.data, now >= again { actions += find(id) }
        }
        return actions
    }

    private mutating func lookForCoordinator(now: Duration) -> [WorkerAction] {
        // A worker that trains or owes something waits for long: its coordinator's host may be starting again.
        let limit = isBusy ? max(settings.returnTimeout, settings.connectTimeout) : settings.connectTimeout
        if now - lastHeard > limit {
            return end(.unreachable(after: limit))
        }
        // A connection that came to nothing is not repeated by the library in every case.
        if now - connected > .seconds(5) {
            return reconnect(now: now)
        }
        let pause = Duration.seconds(0.5 + 0.5 * jitter)
        return now - (lastHello ?? now) > pause ? sayHello(now: now) : []
    }

    private mutating func reconnect(now: Duration) -> [WorkerAction] {
        forgetConnection(now: now)
        return [.reconnect] + sayHello(now: now)
    }

    /// Lets a heartbeat go with the row that is sent, unless one went so less than half an interval ago: one message
    /// instead of two, and one answer. Those that go alone do not count, or a worker whose heartbeats happen to be a
    /// little ahead of its rows would send all of them alone.
    mutating func withHeartbeat(_ actions: [WorkerAction], now: Duration) -> [WorkerAction] {
        guard let welcome, now - lastCarried >= .seconds(welcome.heartbeatSeconds / 2) else { return actions }
        return actions.map { action in
            guard case .send(.epochFinished(let row, nil), let bytes) = action else { return action }
            (lastHeartbeat, lastCarried) = (now, now)
            return .send(.epochFinished(row, heartbeat: nextHeartbeat()), bytes: bytes)
        }
    }

    private mutating func beat(every interval: Duration, now: Duration) -> WorkerAction {
        // In step, unless it has slept.
        lastHeartbeat = now - lastHeartbeat < interval * 2 ? lastHeartbeat + interval : now
        return .send(.heartbeat(nextHeartbeat()))
    }

    private mutating func nextHeartbeat() -> WorkerMessage.Heartbeat {
        sequence += 1
        return .init(
            sequence: sequence, heard: heard, slots: freeSlots, progress: allProgress, trouble: spoolTrouble)
    }

    private var allProgress: [Progress] {
        let coming = preparing.values.map { preparation in
            let download = preparation.data == .coming ? downloads[preparation.assign.dataDigest] : nil
            return Progress(
                id: preparation.assign.id, epoch: preparation.assign.resumedEpoch,
                step: preparation.received + (download?.arrived ?? 0),
                steps: (preparation.assign.resume?.size ?? 0) + (download?.total ?? 0), patienceLeft: nil,
                // A checkpoint that comes down finds no room either.
                stage: spoolTrouble == nil ? "fetching" : "waiting")
        }
        let delivering = deliveries.values.filter { training[$0.id] == nil }.map {
            Progress(id: $0.id, epoch: $0.reported, step: 0, steps: 0, patienceLeft: nil, stage: "delivering")
        }
        return (Array(training.values) + coming + delivering).sorted { $0.id < $1.id }
    }
}
