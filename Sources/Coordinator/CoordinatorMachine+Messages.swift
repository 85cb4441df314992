import Experiments
import Wire

/// What each message of a worker leads to.
extension CoordinatorMachine {
    mutating func receiveBody(_ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Moment) {
        if case .hello(let hello) = message {
            return admit(hello, from: peer, at: now)
        }
        guard peers[peer] != nil else {
            if case .goodbye = message { return }
            return actions.append(.send(.whoAreYou(.init()), to: peer))
        }
        peers[peer]?.lastHeard = now.monotonic
        switch message {
        case .hello: break
        case .ready(let ready):
            peers[peer]?.freeSlots = ready.slots
            dispatch(at: now)
        case .heartbeat(let heartbeat):
            reconcile(heartbeat, from: peer, at: now)
        case .epochFinished(let result):
            record(result, from: peer)
        case .upload(let chunk):
            receive(chunk, bytes: bytes, from: peer)
        case .placed, .fetchData:
            break
        case .fetch(let fetch):
            serve(fetch, to: peer)
        case .finished(let outcome):
            finish(outcome, from: peer, at: now)
        case .handBack(let id):
            guard isCurrent(id) else { return abandon(id, on: peer) }
            end(id, .handedBack, at: now)
            dispatch(at: now)
        case .goodbye:
            actions.append(.notify(.workerLeft(worker: peers[peer]!.worker)))
            remove(peer, at: now)
            dispatch(at: now)
        }
    }

    mutating func admit(_ hello: WorkerMessage.Hello, from peer: PeerID, at now: Moment) {
        guard hello.protocolVersion == protocolVersion else {
            let reason = "this coordinator speaks protocol version \(protocolVersion), not \(hello.protocolVersion)"
            actions.append(.notify(.workerRefused(worker: hello.worker, reason: reason)))
            return actions.append(.send(.refused(.init(reason: reason)), to: peer))
        }
        // The same worker on a new connection: the old one is dead, what it ran is named in the new hello.
        for (old, known) in peers where known.worker == hello.worker && old != peer {
            peers[old] = nil
            for id in known.running.keys.sorted() {
                if hello.running.contains(id) {
                    orphans[id] = now.monotonic
                } else if isCurrent(id) {
                    end(id, .lost, at: now)
                }
            }
        }
        if study.workers[hello.worker] != hello.environment {
            append(.workerJoined(.init(worker: hello.worker, environment: hello.environment, unix: now.unix)))
        }
        let known = peers[peer]
        var admitted = WorkerPeer(worker: hello.worker, lastHeard: now.monotonic)
        actions.append(.send(.welcome(welcome), to: peer))
        for id in hello.running {
            if isCurrent(id), orphans[id] != nil || known?.running[id] != nil {
                orphans[id] = nil
                admitted.running[id] = now.monotonic
            } else if study.trials.indices.contains(id.trial), study.trials[id.trial].outcome?.id == id {
                actions.append(.send(.outcomeStored(id), to: peer))
            } else {
                abandon(id, on: peer)
            }
        }
        peers[peer] = admitted
        for id in known?.running.keys.sorted() ?? [] where admitted.running[id] == nil {
            end(id, .lost, at: now)
        }
        if known == nil {
            actions.append(.notify(.workerJoined(worker: hello.worker, host: hello.host, slots: hello.slots)))
        }
        if let draining {
            actions.append(.send(.drain(.init(reason: draining.reason)), to: peer))
        }
    }

    /// An assignment that never arrived shows as an attempt of which the worker's heartbeats know nothing.
    mutating func reconcile(_ heartbeat: WorkerMessage.Heartbeat, from peer: PeerID, at now: Moment) {
        actions.append(.send(.heartbeat(.init(generation: welcome.generation, answers: heartbeat.sequence)), to: peer))
        let alive = Set(heartbeat.progress.map(\.id))
        for id in alive where peers[peer]!.running[id] == nil {
            abandon(id, on: peer)
        }
        for (id, assigned) in peers[peer]!.running
        where !alive.contains(id) && now.monotonic - assigned > settings.lease {
            end(id, .lost, at: now)
        }
        // An assignment that is still on its way takes a slot that the worker believes to be free.
        peers[peer]!.freeSlots = heartbeat.slots - peers[peer]!.running.keys.count { !alive.contains($0) }
        actions.append(.notify(.progress(heartbeat.progress)))
        dispatch(at: now)
    }

    mutating func record(_ result: EpochResult, from peer: PeerID) {
        guard isCurrent(result.id), peers[peer]!.running[result.id] != nil else { return abandon(result.id, on: peer) }
        let known = study.trials[result.id.trial].history.count
        // A gap means that an earlier message was lost: the worker sends again what is not acknowledged.
        guard result.epoch <= known + 1 else { return }
        if result.epoch == known + 1 {
            append(.epochFinished(result))
            actions.append(.notify(.epochFinished(result)))
        }
        actions.append(.send(.epochStored(.init(id: result.id, epoch: result.epoch)), to: peer))
    }

    mutating func finish(_ outcome: TrialOutcome, from peer: PeerID, at now: Moment) {
        let id = outcome.id
        if study.trials.indices.contains(id.trial), study.trials[id.trial].outcome?.id == id {
            return actions.append(.send(.outcomeStored(id), to: peer))
        }
        guard isCurrent(id), peers[peer]!.running[id] != nil else { return abandon(id, on: peer) }
        // A completed trial has every epoch: one that is missing comes again, and the outcome after it.
        if outcome.state == .completed, study.trials[id.trial].history.count != outcome.stopEpoch { return }
        append(.trialFinished(.init(outcome: outcome, unix: now.unix)))
        peers[peer]!.running[id] = nil
        actions.append(.send(.outcomeStored(id), to: peer))
        discardUploads(of: id)
        actions.append(.notify(.trialFinished(outcome)))
        if study.trials.allSatisfy(\.isOver) {
            drain(.finished, at: now)
        }
    }
}
