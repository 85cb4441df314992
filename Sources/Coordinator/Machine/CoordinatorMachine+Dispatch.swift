import Experiments
import Wire

/// Time and what it brings: leases that end, trials that are given out and taken back, the study's end.
extension CoordinatorMachine {
    mutating func tickBody(at now: Timestamp) {
        if awake >= nextSweep {
            nextSweep = awake + min(.milliseconds(250), settings.lease / 20)
            let silent = peers.filter { awake - $0.value.lastHeard > settings.lease }.keys
            for peer in silent.sorted(by: { peers[$0]!.worker < peers[$1]!.worker }) {
                lose(peer, "its worker was silent for \(Int(settings.lease.inSeconds.rounded())) s", at: now)
            }
        }
        if !orphans.isEmpty {
            expireOrphans(at: now)
        }
        if study.isOver {
            drain(.finished)
        }
        dispatch(at: now)
        finishIfDrained()
    }

    mutating func expireOrphans(at now: Timestamp) {
        for (id, deadline) in orphans.sorted(by: { $0.key < $1.key }) where awake >= deadline {
            orphans[id] = nil
            if isCurrent(id) {
                end(id, .orphaned, "its worker did not come back to a new coordinator", at: now)
            }
        }
    }

    // MARK: Dispatch

    mutating func ask(_ peer: PeerID) {
        guard peers[peer]!.freeSlots > 0, !peers[peer]!.isAsking else { return }
        peers[peer]!.isAsking = true
        asking.append(peer)
    }

    /// Gives the lowest waiting trials to the workers that asked, in the order of asking.
    mutating func dispatch(at now: Timestamp) {
        guard draining == nil, diskTrouble == nil, !study.isPaused else { return }
        // Who gets nothing now asks again with its next heartbeat.
        for _ in 0..<asking.count {
            guard !study.waiting.isEmpty, let peer = asking.popFirst() else { return }
            guard peers[peer]?.isAsking == true else { continue }
            peers[peer]!.isAsking = false
            while mayTake(peers[peer]!), let number = keptTrial(of: peer) ?? nextTrial(for: peers[peer]!.worker) {
                assign(number, to: peer, at: now)
            }
            if study.waiting.isEmpty {
                ask(peer)
            }
        }
    }

    private func mayTake(_ peer: WorkerPeer) -> Bool {
        // Attempts that are still being delivered hold no slot, but there is a bound to them too.
        peer.freeSlots > 0 && peer.running.count < 4 * peer.slots + 16
            && awake - peer.lastHeard <= settings.suspectAfter
            && hosts.mayTrain(peer.host, isIdle: peer.running.isEmpty, at: awake)
    }

    /// A waiting trial that this worker's machine has a checkpoint of.
    private func keptTrial(of peer: PeerID) -> Int? {
        peers[peer]!.kept.filter { study.waiting.contains($0) }.min()
    }

    /// The lowest waiting trial that this worker has not just lost, while there are others to take it.
    private func nextTrial(for worker: String) -> Int? {
        var bound = 0
        while let number = study.waiting.first(from: bound) {
            guard let avoided = avoided[number], avoided.worker == worker, avoided.until > awake, peers.count > 1 else {
                return number
            }
            bound = number + 1
        }
        return nil
    }

    private mutating func assign(_ number: Int, to peer: PeerID, at now: Timestamp) {
        let trial = study.trials[number]
        // A salvaged journal may know of a checkpoint, but no longer of all the epochs before it.
        let resume = trial.last.flatMap { $0.epoch <= trial.history.count ? $0 : nil }
        let id = AttemptID(trial: number, attempt: trial.attempt + 1)
        let worker = peers[peer]!.worker
        avoided[number] = nil
        let isKept = peers[peer]!.kept.remove(number) != nil
        append(.attemptStarted(.init(id: id, worker: worker, fromEpoch: resume?.epoch ?? 0, unix: now.unix)))
        let experiment: String
        do {
            experiment = try trialFile(trial)
        } catch {
            return fail(id, "\(error)", at: now)
        }
        peers[peer]!.freeSlots -= 1
        peers[peer]!.running[id] = .init(assigned: awake)
        owners[id] = peer
        let assignment = CoordinatorMessage.Assign(
            id: id, seed: trial.seed, experiment: experiment, dataDigest: study.created?.dataDigest ?? "",
            resume: resume)
        actions.append(.send(.assign(assignment), to: peer))
        actions.append(.notify(.trialStarted(id, worker: worker, fromEpoch: resume?.epoch ?? 0)))
        if isKept {
            actions.append(.notify(.trialTakenOver(id, worker: worker)))
        } else if resume == nil, !trial.history.isEmpty {
            actions.append(.notify(.trialBegunAnew(id, reason: "it has no checkpoint to go on from")))
        }
    }

    // MARK: The end of an attempt

    /// No worker has it any more.
    mutating func release(_ id: AttemptID) {
        if let peer = owners.removeValue(forKey: id) {
            peers[peer]?.running[id] = nil
        }
        orphans[id] = nil
        discardUploads(of: id)
    }

    /// - Parameters:
    ///   - worker: who failed it, where it is a failure: another one should try next.
    ///   - process: how that worker's process ended, where that is known.
    mutating func end(
        _ id: AttemptID, _ reason: JournalRecord.AttemptEnded.Reason, _ detail: String, by worker: String? = nil,
        process: ProcessEnd? = nil, at now: Timestamp
    ) {
        release(id)
        let trial = study.trials[id.trial]
        let failures = trial.countedFailures + 1
        if reason.isFailure, failures >= settings.maximumFailedAttempts {
            return fail(
                id,
                reason == .hung
                    ? "\(detail), the last of \(failures) failed attempts"
                    : Self.lossOfWorkers(failures, ends: trial.countedEnds + (process.map { [$0] } ?? [])),
                at: now)
        }
        append(.attemptEnded(.init(id: id, reason: reason, detail: detail, process: process, unix: now.unix)))
        if let worker {
            avoided[id.trial] = (worker, awake + settings.lease)
        }
        actions.append(.notify(.trialReturned(id, reason: reason, process: process)))
    }

    /// "lost its worker 5 times: signal 11 (SIGSEGV); ...".
    private static func lossOfWorkers(_ count: Int, ends: [ProcessEnd]) -> String {
        let times = count == 1 ? "once" : "\(count) times"
        guard !ends.isEmpty else { return "lost its worker \(times)" }
        let advice = Set(ends.map(\.advice))
        return "lost its worker \(times): \(ends.summary(of: count))"
            + (advice.count == 1 ? advice.first!.map { "; \($0)" } ?? "" : "")
    }

    private mutating func fail(_ id: AttemptID, _ error: String, at now: Timestamp) {
        let outcome = TrialOutcome(
            id: id, state: .failed, stopReason: .error, stopEpoch: study.trials[id.trial].history.count, error: error)
        append(.trialFinished(.init(outcome: outcome, unix: now.unix)))
        conclude(outcome, at: now)
    }

    /// A trial is over.
    mutating func conclude(_ outcome: TrialOutcome, at now: Timestamp) {
        actions.append(.notify(.trialFinished(outcome)))
        avoided[outcome.id.trial] = nil
        if study.trials[outcome.id.trial].last != nil {
            if outcome.state == .completed, !settings.keepsLast {
                giveUp(.last, of: outcome.id.trial, .finished, at: now)
            } else {
                removable.append(outcome.id.trial)
            }
        }
        makeRoom(for: 0, at: now)
        if study.isOver {
            drain(.finished)
        }
    }

    // MARK: Pauses and the end

    mutating func pause(_ paused: Bool, at now: Timestamp) {
        guard paused != study.isPaused, !study.isOver else { return }
        append(.studyPaused(.init(paused: paused, unix: now.unix)))
        actions.append(.notify(.paused(paused)))
        if paused {
            for (id, peer) in owners.sorted(by: { $0.key < $1.key }) {
                recall(id, from: peer)
            }
        } else {
            dispatch(at: now)
        }
    }

    mutating func drain(_ reason: CoordinatorMessage.Drain.Reason) {
        guard draining == nil else { return }
        draining = (reason, awake + settings.drainLimit)
        actions.append(.notify(.draining(reason)))
        for worker in connections.keys.sorted() {
            actions.append(.send(.drain(.init(reason: reason)), to: connections[worker]!))
        }
        finishIfDrained()
    }

    mutating func finishIfDrained() {
        guard let draining, !ended, peers.isEmpty || awake >= draining.deadline else { return }
        ended = true
        actions.append(.finish(draining.reason == .finished ? .finished : .interrupted))
    }
}

/// Workers that want trials, in the order in which they asked.
struct AskingQueue: Sendable {
    private var peers: [PeerID] = []
    private var head = 0

    var count: Int { peers.count - head }

    mutating func append(_ peer: PeerID) { peers.append(peer) }

    mutating func popFirst() -> PeerID? {
        guard head < peers.count else { return nil }
        defer {
            head += 1
            if head > 64, head * 2 > peers.count {
                peers.removeFirst(head)
                head = 0
            }
        }
        return peers[head]
    }
}
