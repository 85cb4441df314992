import Experiments
import Studies
import Schema

/// What the slots report, and what becomes of it.
extension WorkerMachine {
    package mutating func receive(_ event: RunnerEvent, now: Duration) -> [WorkerAction] {
        switch event {
        case .epochFinished(let result):
            guard deliveries[result.id] != nil else { return [] }
            let row = EncodedRow(Row(result, metrics[result.id.study] ?? MetricTable()))
            let kept = deliveries[result.id]!.add(row)
            return kept + withHeartbeat(advance(result.id, fresh: row, now: now), now: now)
        case .checkpoint(let id, let file):
            // What an abandoned attempt still wrote is nobody's.
            guard let dropped = deliveries[id]?.add(file) else { return [.discard(file)] }
            return dropped + advance(id, now: now)
        case .progress(let progress):
            if training[progress.id] != nil {
                training[progress.id] = progress
            }
            return []
        case .output(let id, let bytes):
            // Nobody waits for it: what cannot be sent now is left out.
            guard isWelcomed, deliveries[id] != nil else { return [] }
            return [.send(.output(id), bytes: bytes)]
        case .environment(let study, let values, let packages):
            programEnvironments[study] = (values, packages)
            return isWelcomed ? tellEnvironment(of: study) : []
        case .began(let id, let grace):
            if isTraining(id) { graces[id] = grace }
            return []
        case .resumed(let id, let file):
            deliveries[id]?.begins(with: file)
            return []
        case .finished(let outcome):
            vacate(outcome.id)
            deliveries[outcome.id]?.ending = .outcome(outcome)
            return advance(outcome.id, now: now) + ready() + endIfIdle()
        case .paused(let id, let isSaved):
            vacate(id)
            if !isSaved { unsaved.insert(id) }
            deliveries[id]?.ending = .handBack
            return advance(id, now: now) + ready() + endIfIdle()
        case .left(let id):
            vacate(id)
            return ready() + endIfIdle()
        }
    }

    func tellEnvironment(of study: StudyID) -> [WorkerAction] {
        guard let environment = programEnvironments[study] else { return [] }
        return [.send(.programEnvironment(study, environment.values), bytes: environment.packages)]
    }

    private mutating func vacate(_ id: AttemptID) {
        training[id] = nil
        leaving[id] = nil
        graces[id] = nil
    }

    /// Sends what may be sent. Without a welcome that is nothing: the next one sends all that waits.
    mutating func advance(_ id: AttemptID, fresh: EncodedRow? = nil, now: Duration) -> [WorkerAction] {
        guard isWelcomed, deliveries[id] != nil else { return [] }
        return deliveries[id]!.advance(isShared: isShared(id), fresh: fresh, now: now)
            + closeIfHandedBack(id, now: now)
    }

    mutating func closeIfHandedBack(_ id: AttemptID, now: Duration) -> [WorkerAction] {
        deliveries[id]?.isHandedBack == true ? close(id, now: now) : []
    }

    /// The attempt is over and owes nothing more.
    mutating func close(_ id: AttemptID, now: Duration) -> [WorkerAction] {
        guard let delivery = deliveries.removeValue(forKey: id) else { return [] }
        if !isBusy { idleSince = now }
        return delivery.discards + endIfIdle()
    }

    /// The attempt does not count any more.
    mutating func forget(_ id: AttemptID, now: Duration) -> [WorkerAction] {
        var actions = deliveries.removeValue(forKey: id)?.discards ?? []
        actions += stopPreparing(id)
        if !isBusy { idleSince = now }
        guard training.removeValue(forKey: id) != nil else { return actions + ready() + endIfIdle() }
        leaving[id] = now
        return actions + [.abandon(id)]
    }

    /// Saves the attempt and hands it back; what has come to its end is delivered as it is.
    ///
    /// - Parameter order: what its slot is told.
    mutating func recall(_ id: AttemptID, _ order: WorkerAction, now: Duration) -> [WorkerAction] {
        if preparing[id] != nil {
            return stopPreparing(id) + handBack(id) + ready() + endIfIdle()
        }
        return training[id] == nil ? [] : [order]
    }

    func handBack(_ id: AttemptID) -> [WorkerAction] {
        isWelcomed ? [.send(.handBack(id))] : []
    }
}
