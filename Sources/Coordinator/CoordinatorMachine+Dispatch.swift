import Experiments
import Wire

/// Time and what it brings: leases that end, trials that are given out and taken back, the study's end.
extension CoordinatorMachine {
    mutating func tickBody(at now: Moment) {
        // A coordinator that slept (a closed lid, SIGSTOP) heard nobody: that is not the workers' silence.
        if let lastTick, now.monotonic - lastTick > settings.lease / 3 {
            for id in peers.keys {
                peers[id]!.lastHeard = now.monotonic
            }
        }
        lastTick = now.monotonic
        for (id, peer) in peers where now.monotonic - peer.lastHeard > settings.lease {
            lose(id, at: now)
        }
        expireOrphans(at: now)
        if study.trials.allSatisfy(\.isOver) {
            drain(.finished, at: now)
        }
        dispatch(at: now)
        finishIfDrained(at: now)
    }

    mutating func expireOrphans(at now: Moment) {
        for (id, deadline) in orphans.sorted(by: { $0.key.trial < $1.key.trial }) where now.monotonic >= deadline {
            orphans[id] = nil
            if isCurrent(id) {
                end(id, .orphaned, at: now)
            }
        }
    }

    /// A worker is not heard any more.
    mutating func lose(_ peer: PeerID, at now: Moment) {
        guard let lost = peers[peer] else { return }
        actions.append(.notify(.workerLost(worker: lost.worker)))
        remove(peer, at: now)
    }

    /// Forgets a worker; what it ran goes to others.
    mutating func remove(_ peer: PeerID, at now: Moment) {
        for id in peers.removeValue(forKey: peer)?.running.keys.sorted() ?? [] where isCurrent(id) {
            end(id, .lost, at: now)
        }
        finishIfDrained()
    }

    // MARK: Dispatch

    /// Gives the lowest waiting trials to the workers that asked.
    mutating func dispatch(at now: Moment) {
        guard draining == nil else { return }
        var waiting = study.trials.lazy.filter { $0.phase == .waiting }.map(\.number).makeIterator()
        for peer in peers.keys.sorted(by: { peers[$0]!.worker < peers[$1]!.worker }) {
            while peers[peer]!.freeSlots > 0, let number = waiting.next() {
                assign(number, to: peer, at: now)
            }
        }
    }

    mutating func assign(_ number: Int, to peer: PeerID, at now: Moment) {
        let trial = study.trials[number]
        let resume = withoutCheckpoint.contains(number) ? nil : trial.last
        let id = AttemptID(trial: number, attempt: trial.attempt + 1)
        let worker = peers[peer]!.worker
        append(.attemptStarted(.init(id: id, worker: worker, fromEpoch: resume?.epoch ?? 0, unix: now.unix)))
        let experiment: String
        do {
            experiment = try trialFile(trial)
        } catch {
            let outcome = TrialOutcome(id: id, state: .failed, stopReason: .error, stopEpoch: 0, error: "\(error)")
            append(.trialFinished(.init(outcome: outcome, unix: now.unix)))
            return actions.append(.notify(.trialFinished(outcome)))
        }
        peers[peer]!.freeSlots -= 1
        peers[peer]!.running[id] = now.monotonic
        let assignment = CoordinatorMessage.Assign(
            id: id, seed: trial.seed, experiment: experiment, dataDigest: study.created?.dataDigest ?? "",
            resume: resume)
        actions.append(.send(.assign(assignment), to: peer))
        actions.append(.notify(.trialStarted(id, worker: worker, fromEpoch: resume?.epoch ?? 0)))
    }

    mutating func end(_ id: AttemptID, _ reason: JournalRecord.AttemptEnded.Reason, at now: Moment) {
        for peer in peers.keys {
            peers[peer]!.running[id] = nil
        }
        discardUploads(of: id)
        let trial = study.trials[id.trial]
        if reason == .lost, trial.lostAttempts + 1 >= settings.maximumFailedAttempts {
            let outcome = TrialOutcome(
                id: id, state: .failed, stopReason: .error, stopEpoch: trial.history.count,
                error: "lost its worker \(trial.lostAttempts + 1) times")
            append(.trialFinished(.init(outcome: outcome, unix: now.unix)))
            actions.append(.notify(.trialFinished(outcome)))
        } else {
            append(.attemptEnded(.init(id: id, reason: reason, unix: now.unix)))
            actions.append(.notify(.trialReturned(id, reason: reason)))
        }
    }

    mutating func abandon(_ id: AttemptID, on peer: PeerID) {
        actions.append(.send(.abandon(id), to: peer))
    }

    // MARK: The end

    mutating func drain(_ reason: CoordinatorMessage.Drain.Reason, at now: Moment) {
        guard draining == nil else { return }
        draining = (reason, now.monotonic + settings.drainLimit)
        actions.append(.notify(.draining(reason)))
        for peer in peers.keys {
            actions.append(.send(.drain(.init(reason: reason)), to: peer))
        }
        finishIfDrained()
    }

    mutating func finishIfDrained(at now: Moment? = nil) {
        guard let draining, !ended else { return }
        let late = now.map { $0.monotonic >= draining.deadline } ?? false
        guard peers.isEmpty || late else { return }
        ended = true
        actions.append(.finish(draining.reason == .finished ? .finished : .interrupted))
    }
}
