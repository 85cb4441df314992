import Experiments
import Wire

/// What each message of a worker leads to.
extension CoordinatorMachine {
    mutating func receiveBody(_ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Timestamp) {
        if case .hello(let hello) = message {
            return admit(hello, from: peer, at: now)
        }
        guard peers[peer] != nil else {
            if case .goodbye = message { return }
            return actions.append(.send(.whoAreYou(.init()), to: peer))
        }
        peers[peer]!.lastHeard = awake
        switch message {
        case .hello: break
        case .ready(let ready):
            offer(ready.slots, by: peer)
            dispatch(at: now)
        case .heartbeat(let heartbeat):
            answer(heartbeat, from: peer)
            reconcile(heartbeat, from: peer, at: now)
        case .epochFinished(let result, let heartbeat):
            let isAnswered = record(result, from: peer, answering: heartbeat?.sequence)
            if let heartbeat {
                if !isAnswered { answer(heartbeat, from: peer) }
                reconcile(heartbeat, from: peer, at: now)
            }
        case .upload(let chunk):
            receive(chunk, bytes: bytes, from: peer, at: now)
        case .placed(let placed):
            receive(placed, from: peer, at: now)
        case .fetch(let fetch):
            serve(fetch, to: peer)
        case .fetchData(let fetch):
            serve(fetch, to: peer)
        case .finished(let outcome):
            finish(outcome, from: peer, at: now)
        case .handBack(let id):
            guard owns(id, peer) else { return abandon(id, on: peer) }
            end(id, .handedBack, "its worker gave it back", at: now)
            // It may be about to leave: it says so when it wants another.
            peers[peer]!.freeSlots = 0
            dispatch(at: now)
        case .goodbye:
            actions.append(.notify(.workerLeft(worker: peers[peer]!.worker)))
            for id in peers[peer]!.running.keys.sorted() {
                let isSeen = peers[peer]!.running[id]!.seen != nil
                end(id, isSeen ? .handedBack : .undelivered, "its worker left", at: now)
            }
            remove(peer, "its worker left", at: now)
            dispatch(at: now)
        }
    }

    /// Whether `peer` trains the attempt; that it speaks of it shows that it knows of it.
    mutating func owns(_ id: AttemptID, _ peer: PeerID) -> Bool {
        guard isCurrent(id) else { return false }
        if peers[peer]?.running[id] == nil, !adopt(id, by: peer) { return false }
        peers[peer]!.running[id]!.seen = awake
        return true
    }

    /// Gives an orphan to its worker, which speaks of it: the assignment may have come after the worker's hello.
    mutating func adopt(_ id: AttemptID, by peer: PeerID) -> Bool {
        guard orphans[id] != nil, isCurrent(id), study.trials[id.trial].worker == peers[peer]?.worker else {
            return false
        }
        orphans[id] = nil
        owners[id] = peer
        peers[peer]!.running[id] = .init(assigned: awake, seen: awake)
        return true
    }

    /// The attempt does not count (any more). One that this worker can never have had is a lie, and is told.
    mutating func abandon(_ id: AttemptID, on peer: PeerID) {
        if !study.trials.indices.contains(id.trial) {
            refuse("trial \(id.trial) does not exist", from: peer)
        } else if id.attempt > study.trials[id.trial].attempt || id.attempt < 1 {
            refuse("\(id) was never given out", from: peer)
        } else if isCurrent(id), study.trials[id.trial].worker != peers[peer]?.worker {
            refuse("\(id) is another worker's", from: peer)
        }
        actions.append(.send(.abandon(id), to: peer))
    }

    /// A message that no honest worker sends: it changes nothing. Only the first of a worker are told.
    mutating func refuse(_ reason: String, from peer: PeerID) {
        guard let sender = peers[peer], sender.refusals < 10 else { return }
        peers[peer]!.refusals += 1
        let last = sender.refusals == 9 ? "; no more of its messages will be reported" : ""
        actions.append(.notify(.messageRefused("worker \(sender.worker): \(reason)\(last)")))
    }

    /// - Parameter sequence: the number of the heartbeat that came with it.
    /// - Returns: whether the result is acknowledged, which answers that heartbeat.
    mutating func record(_ result: EpochResult, from peer: PeerID, answering sequence: Int?) -> Bool {
        guard owns(result.id, peer) else {
            abandon(result.id, on: peer)
            return false
        }
        let known = study.trials[result.id.trial].history.count
        guard result.epoch <= max(epochs, known) else {
            refuse("\(result.id) has epoch \(result.epoch) of \(epochs)", from: peer)
            return false
        }
        // A gap means that an earlier message was lost: the worker sends again what is not acknowledged.
        guard result.epoch <= known + 1 else { return false }
        if result.epoch == known + 1 {
            append(.epochFinished(result))
            actions.append(.notify(.epochFinished(result)))
        }
        let stored = CoordinatorMessage.EpochStored(id: result.id, epoch: result.epoch, answers: sequence)
        actions.append(.send(.epochStored(stored), to: peer))
        return true
    }

    mutating func finish(_ outcome: TrialOutcome, from peer: PeerID, at now: Timestamp) {
        let id = outcome.id
        if study.trials.indices.contains(id.trial), study.trials[id.trial].outcome?.id == id {
            return actions.append(.send(.outcomeStored(id), to: peer))
        }
        guard owns(id, peer) else { return abandon(id, on: peer) }
        let known = study.trials[id.trial].history.count
        guard outcome.stopEpoch <= max(epochs, known) + 1 else {
            return refuse("\(id) stopped at epoch \(outcome.stopEpoch) of \(epochs)", from: peer)
        }
        // A completed trial has every epoch: one that is missing comes again, and the outcome after it.
        if outcome.state == .completed, known != outcome.stopEpoch { return }
        let outcome = judged(outcome)
        append(.trialFinished(.init(outcome: outcome, unix: now.unix)))
        release(id)
        hosts.finishedTrial(peers[peer]!.host)
        actions.append(.send(.outcomeStored(id), to: peer))
        conclude(outcome, at: now)
    }

    /// A trial without a finite monitored value has no epoch to keep, and failed, whatever its worker calls that.
    private func judged(_ outcome: TrialOutcome) -> TrialOutcome {
        guard outcome.state == .completed, let rule = settings.terms?.rule,
            study.trials[outcome.id.trial].selection(rule) == nil
        else {
            return outcome
        }
        return TrialOutcome(
            id: outcome.id, state: .failed, stopReason: .error, stopEpoch: outcome.stopEpoch,
            error: "no epoch has a finite \(rule.monitor), so that there is no model to keep")
    }
}
