import Experiments
import Wire

/// Who takes part: hellos, and what a worker's new connection means for its trials.
extension CoordinatorMachine {
    mutating func admit(_ hello: WorkerMessage.Hello, from peer: PeerID, at now: Timestamp) {
        if let reason = refusal(of: hello, from: peer) {
            actions.append(.notify(.workerRefused(worker: hello.worker, reason: reason)))
            return actions.append(.send(.refused(.init(reason: reason)), to: peer))
        }
        // A name is new with every process, and its environment never changes.
        if study.workers[hello.worker] == nil {
            append(.workerJoined(.init(worker: hello.worker, environment: hello.environment, unix: now.unix)))
        }
        let old = connections[hello.worker]
        let known = old.flatMap { peers[$0] }
        var admitted = WorkerPeer(
            worker: hello.worker, host: hello.host, tags: hello.tags, slots: hello.slots, lastHeard: awake)
        admitted.refusals = known?.refusals ?? 0
        admitted.trouble = known?.trouble
        if let known, !known.hasBeaten {
            // Hellos alone renew no lease: they also come from a worker that hears nothing.
            admitted.lastHeard = known.lastHeard
        }
        let lost = adopt(hello.running, into: &admitted, known: known, isSameConnection: old == peer)
        if let old, let known {
            peers[old] = nil
            hosts.left(known.host)
        }
        peers[peer] = admitted
        connections[hello.worker] = peer
        hosts.joined(hello.host)
        for id in admitted.running.keys {
            owners[id] = peer
        }
        note(hello.kept ?? [], of: peer, at: now)
        actions.append(.send(.welcome(welcome), to: peer))
        for id in Set(hello.running).sorted() where admitted.running[id] == nil {
            answerUnknown(id, to: peer)
        }
        for id in lost {
            end(id, .undelivered, "its worker's new connection knows nothing of it", at: now)
        }
        if known == nil {
            actions.append(.notify(.workerJoined(worker: hello.worker, host: hello.host, slots: hello.slots)))
        }
        if let draining {
            actions.append(.send(.drain(.init(reason: draining.reason)), to: peer))
        }
    }

    /// What dead workers have left on a new one's machine is not waited for elsewhere, and goes to that worker.
    private mutating func note(_ kept: [WorkerMessage.Hello.Kept], of peer: PeerID, at now: Timestamp) {
        for kept in kept {
            let number = kept.id.trial
            // A worker's name is its own for ever: what it left is of this study, or its name is not found here.
            guard study.trials.indices.contains(number), study.trials[number].worker == kept.worker,
                study.trials[number].attempt == kept.id.attempt, kept.worker != peers[peer]!.worker
            else { continue }
            if isCurrent(kept.id) {
                end(kept.id, .handedBack, "its worker ended, and left its work on \(peers[peer]!.host)", at: now)
            }
            if study.waiting.contains(number) { peers[peer]!.kept.insert(number) }
        }
    }

    /// Why a worker may not take part; nil where it may.
    private func refusal(of hello: WorkerMessage.Hello, from peer: PeerID) -> String? {
        guard hello.protocolVersion == protocolVersion else {
            return "this coordinator speaks protocol version \(protocolVersion), not \(hello.protocolVersion)"
        }
        let missing = settings.requiredTags.filter { !hello.tags.contains($0) }
        guard missing.isEmpty else {
            return "the experiment requires workers with \(missing.map { "\"\($0)\"" }.joined(separator: ", ")); "
                + "start it with --tags \(settings.requiredTags.joined(separator: ",")) where that is true of its machine"
        }
        if let known = peers[peer], known.worker != hello.worker {
            return "this connection is worker \(known.worker)'s"
        }
        guard connections[hello.worker] != nil || peers.count < settings.maximumPeers else {
            return "this coordinator takes no more than \(settings.maximumPeers) workers"
        }
        return nil
    }

    /// Gives the attempts back that the worker still has.
    ///
    /// - Returns: those that it was given, but does not have.
    private mutating func adopt(
        _ running: [AttemptID], into admitted: inout WorkerPeer, known: WorkerPeer?, isSameConnection: Bool
    ) -> [AttemptID] {
        let named = Set(running)
        for id in named where isCurrent(id) {
            if let was = known?.running[id] {
                admitted.running[id] = was
                admitted.running[id]!.seen = awake
            } else if orphans[id] != nil, study.trials[id.trial].worker == admitted.worker {
                orphans[id] = nil
                admitted.running[id] = .init(assigned: awake, seen: awake)
            }
        }
        var lost: [AttemptID] = []
        for (id, was) in known?.running ?? [:] where !named.contains(id) {
            if isSameConnection {
                // The hello may be older than the assignment: the heartbeats will tell.
                admitted.running[id] = was
            } else {
                lost.append(id)
            }
        }
        return lost.sorted()
    }

    /// What a worker shall do with an attempt that it has, but that is not its.
    private mutating func answerUnknown(_ id: AttemptID, to peer: PeerID) {
        if study.trials.indices.contains(id.trial), study.trials[id.trial].outcome?.id == id {
            actions.append(.send(.outcomeStored(id), to: peer))
        } else {
            abandon(id, on: peer)
        }
    }

    // MARK: The end of a connection

    /// A worker is not heard any more, or does not hear.
    mutating func lose(
        _ peer: PeerID, _ detail: String, _ reason: JournalRecord.AttemptEnded.Reason = .lost,
        process: ProcessEnd? = nil, at now: Timestamp
    ) {
        guard let lost = peers[peer] else { return }
        actions.append(.notify(.workerLost(worker: lost.worker, process: process)))
        remove(peer, detail, reason, process: process, at: now)
    }

    /// Forgets a worker; what it ran goes to others.
    mutating func remove(
        _ peer: PeerID, _ detail: String, _ reason: JournalRecord.AttemptEnded.Reason = .lost,
        process: ProcessEnd? = nil, at now: Timestamp
    ) {
        guard let gone = peers.removeValue(forKey: peer) else { return }
        connections[gone.worker] = nil
        let ids = gone.running.keys.filter(isCurrent).sorted()
        if !ids.isEmpty, reason.isFailure {
            blame(gone.host, ids.map(\.trial))
        }
        hosts.left(gone.host)
        for id in ids {
            end(id, reason, detail, by: gone.worker, process: process, at: now)
        }
        finishIfDrained()
    }

    /// Attempts failed on this host, together.
    mutating func blame(_ host: String, _ trials: [Int]) {
        if let failures = hosts.failed(host, trials: trials, at: awake) {
            actions.append(.notify(.hostDistrusted(host: host, failures: failures)))
        }
    }
}
