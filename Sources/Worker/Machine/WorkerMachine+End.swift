package import Experiments
import Wire

/// How a worker comes to its end.
extension WorkerMachine {
    /// Saves and hands back everything, then ends; at the latest when the limit is over.
    ///
    /// - Parameter limit: nil for the one after a signal.
    package mutating func stop(_ reason: WorkerEnd, within limit: Duration? = nil, now: Duration) -> [WorkerAction] {
        let deadline = now + (limit ?? settings.stopLimit)
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
        if let id = leaving.filter({ now - $0.value > settings.leavingLimit }).keys.min() {
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
