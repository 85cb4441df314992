import Schema
import Studies

/// Time and what it brings: leases that end, trials that are given out, the end.
extension CoordinatorMachine {
    mutating func pass(at now: Timestamp) {
        for peer in pool.silent() {
            lose(peer, "its worker was silent for \(Int(pool.settings.lease.inSeconds.rounded())) s", at: now)
        }
        for id in pool.expiredOrphans() {
            end(id, .orphaned, "its worker did not come back to a new coordinator", at: now)
            pool.release(id)
        }
        dispatch(at: now)
        finishIfDrained()
    }

    /// Gives the lowest waiting trials to the workers that asked, in the order of asking.
    mutating func dispatch(at now: Timestamp) {
        defer { if draining == nil, isOver { drain(.finished) } }
        guard draining == nil else { return }
        // Who gets nothing now asks again with its next heartbeat.
        for _ in 0..<pool.asking.count {
            guard !offering.isEmpty, let peer = pool.nextAsking() else { return }
            while pool.mayTake(peer), let trial = nextTrial(for: peer, at: now) { assign(trial, to: peer, at: now) }
            if offering.isEmpty { pool.ask(peer) }
        }
    }

    /// The trial that a worker takes next: one that its machine has a checkpoint of, or one of the study that has the
    /// fewest running.
    mutating func nextTrial(for peer: PeerID, at now: Timestamp) -> TrialKey? {
        let worker = pool.peers[peer]!
        let kept = worker.kept.filter {
            offering[$0.study] != nil && studies[$0.study]!.state.waiting.contains($0.trial)
                && studies[$0.study]!.mayStart($0.trial)
        }
        if let kept = kept.min() { return kept }
        var open = order.filter { offering[$0] != nil && accepts(worker, $0) }
        let avoided = pool.avoided(by: worker.worker)
        while let study = open.min(by: { offering[$0]! < offering[$1]! }) {
            let number = on(study) { machine in
                machine.nextTrial(unix: now.unix) { avoided.contains(TrialKey(study, $0)) }
            }
            if let found = number ?? nil { return TrialKey(study, found) }
            open.removeAll { $0 == study }
        }
        return nil
    }

    /// Whether the worker has what a study's trials require.
    func accepts(_ worker: WorkerPeer, _ study: StudyID) -> Bool {
        studies[study]!.settings.requiredTags.allSatisfy(worker.tags.contains)
    }

    mutating func assign(_ trial: TrialKey, to peer: PeerID, at now: Timestamp) {
        let worker = pool.peers[peer]!.worker
        let hadEpochs = !studies[trial.study]!.state.trials[trial.trial].history.isEmpty
        let isKept = pool.takeKept(trial, from: peer)
        guard let assign = on(trial.study, { $0.begin(trial.trial, on: worker, unix: now.unix) }) else { return }
        pool.give(assign.id, to: peer)
        send(.assign(assign), to: peer)
        let epoch = assign.resume.flatMap { $0.kind == .last ? $0.epoch : nil }
        notify(.trialStarted(assign.id, worker: worker, fromEpoch: epoch ?? 0), of: trial.study)
        if isKept {
            notify(.trialTakenOver(assign.id, worker: worker), of: trial.study)
        } else if epoch == nil, hadEpochs {
            notify(.trialBegunAnew(assign.id, reason: "it has no checkpoint to go on from"), of: trial.study)
        }
    }

    mutating func recall(_ id: AttemptID, from peer: PeerID) {
        pool.noteRecall(id)
        send(.recall(id), to: peer)
    }

    mutating func drain(_ reason: CoordinatorMessage.Drain.Reason) {
        guard draining == nil else { return }
        draining = (reason, pool.now + pool.settings.drainLimit)
        notify(.draining(reason))
        for worker in pool.connections.keys.sorted() {
            send(.drain(.init(reason: reason)), to: pool.connections[worker]!)
        }
        finishIfDrained()
    }

    mutating func finishIfDrained() {
        guard let draining, !hasEnded, pool.peers.isEmpty || pool.now >= draining.deadline else { return }
        hasEnded = true
        actions.append(.finish(draining.reason == .finished ? .finished : .interrupted))
    }

    // MARK: The end of a connection

    /// A worker is not heard any more, or does not hear.
    mutating func lose(
        _ peer: PeerID, _ detail: String, _ reason: JournalRecord.AttemptEnded.Reason = .lost,
        process: ProcessEnd? = nil, at now: Timestamp
    ) {
        guard let lost = pool.peers[peer] else { return }
        notify(.workerLost(worker: lost.worker, process: process))
        remove(peer, detail, reason, process: process, at: now)
    }

    /// Forgets a worker; what it ran goes to others.
    mutating func remove(
        _ peer: PeerID, _ detail: String, _ reason: JournalRecord.AttemptEnded.Reason,
        process: ProcessEnd? = nil, at now: Timestamp
    ) {
        guard let gone = pool.peers[peer] else { return }
        let ids = gone.running.keys.filter(isCurrent).sorted()
        if !ids.isEmpty, reason.isFailure { blame(gone.host, ids) }
        _ = pool.remove(peer)
        for id in ids {
            end(id, reason, detail, by: gone.worker, process: process, at: now)
        }
        finishIfDrained()
    }

    /// Attempts failed on this host, together.
    mutating func blame(_ host: String, _ ids: [AttemptID]) {
        if let failures = pool.blame(host, ids.map { TrialKey($0) }) {
            notify(.hostDistrusted(host: host, failures: failures))
        }
    }
}
