import Experiments
import Wire

/// What heartbeats tell: who lives, who hears, what has arrived, and what makes progress.
extension CoordinatorMachine {
    mutating func answer(_ heartbeat: WorkerMessage.Heartbeat, from peer: PeerID) {
        actions.append(.send(.heartbeat(.init(generation: welcome.generation, answers: heartbeat.sequence)), to: peer))
    }

    mutating func reconcile(_ heartbeat: WorkerMessage.Heartbeat, from peer: PeerID, at now: Timestamp) {
        // One that was overtaken by a newer one tells of a state that is over.
        guard heartbeat.sequence > peers[peer]!.sequence || heartbeat.sequence == 0 else { return }
        peers[peer]!.sequence = heartbeat.sequence
        peers[peer]!.hasBeaten = true
        guard hears(heartbeat, peer) else {
            return lose(peer, "its messages arrive, but it does not hear this coordinator", at: now)
        }
        note(trouble: heartbeat.trouble, of: peer)
        for progress in heartbeat.progress {
            note(progress, from: peer)
        }
        judge(peer, at: now)
        offer(heartbeat.slots, by: peer)
        if !heartbeat.progress.isEmpty {
            actions.append(.notify(.progress(heartbeat.progress.filter { owners[$0.id] == peer })))
        }
        dispatch(at: now)
    }

    /// Whether this coordinator's answers arrive: not so when more than a lease's worth of heartbeats have none.
    private mutating func hears(_ heartbeat: WorkerMessage.Heartbeat, _ peer: PeerID) -> Bool {
        // Those that were sent while nobody was there to answer say nothing.
        if peers[peer]!.sequenceBase == nil || peers[peer]!.sleptBefore != clock.slept {
            peers[peer]!.sequenceBase = heartbeat.sequence
            peers[peer]!.sleptBefore = clock.slept
        }
        let heard = max(heartbeat.heard, peers[peer]!.sequenceBase ?? 0)
        return Double(heartbeat.sequence - heard) <= settings.lease / settings.heartbeat + 2
    }

    /// A worker's full disk is told as this coordinator's own is: once, and once more when it takes files again.
    private mutating func note(trouble: String?, of peer: PeerID) {
        let known = peers[peer]!.trouble
        peers[peer]!.trouble = trouble
        let worker = peers[peer]!.worker
        if let trouble, known == nil {
            actions.append(.notify(.spoolTrouble(worker: worker, reason: trouble)))
        } else if trouble == nil, known != nil {
            actions.append(.notify(.spoolRecovered(worker: worker)))
        }
    }

    private mutating func note(_ progress: Progress, from peer: PeerID) {
        guard owns(progress.id, peer), let known = peers[peer]!.running[progress.id] else {
            return abandon(progress.id, on: peer)
        }
        // Delivering waits for the network and for this coordinator, "waiting" for somebody who makes room on the worker's
        // disk: neither is the training's fault.
        if known.progress.map({ ($0.epoch, $0.step, $0.stage) != (progress.epoch, progress.step, progress.stage) })
            ?? true || progress.stage == "delivering" || progress.stage == "waiting"
        {
            peers[peer]!.running[progress.id]!.changed = awake
        }
        peers[peer]!.running[progress.id]!.progress = progress
    }

    /// Ends what never arrived and what hangs, and asks again for what was recalled.
    private mutating func judge(_ peer: PeerID, at now: Timestamp) {
        for (id, running) in peers[peer]!.running.sorted(by: { $0.key < $1.key }) {
            if running.seen != awake {
                // An assignment that never arrived shows as an attempt of which the worker's heartbeats know nothing.
                if awake - (running.seen ?? running.assigned) > settings.lease {
                    end(id, .undelivered, "its worker's heartbeats know nothing of it", at: now)
                }
            } else if awake - running.changed > settings.progressLimit {
                let peerNow = peers[peer]!
                blame(peerNow.host, [id.trial])
                let seconds = Int(settings.progressLimit.inSeconds.rounded())
                end(id, .hung, "no progress for \(seconds) s", by: peerNow.worker, at: now)
                actions.append(.send(.abandon(id), to: peer))
            } else if study.isPaused, awake - (running.recalled ?? .zero) > .seconds(5) || running.recalled == nil {
                recall(id, from: peer)
            }
        }
    }

    mutating func recall(_ id: AttemptID, from peer: PeerID) {
        let now = awake
        peers[peer]?.running[id]?.recalled = now
        actions.append(.send(.recall(id), to: peer))
    }

    /// The worker could start so many trials now.
    mutating func offer(_ slots: Int, by peer: PeerID) {
        peers[peer]!.freeSlots = min(slots, peers[peer]!.slots) - peers[peer]!.unseen
        ask(peer)
    }
}

/// Notices which connected workers fall silent, and which are heard again.
struct SuspectWatch {
    private var suspects: Set<String> = []
    private var next: Duration = .zero

    /// Looks at the workers, at most four times a second.
    mutating func look(at machine: CoordinatorMachine, now: Timestamp) -> [CoordinatorEvent] {
        guard now.monotonic >= next else { return [] }
        next = now.monotonic + .milliseconds(250)
        var events: [CoordinatorEvent] = []
        var found: Set<String> = []
        for peer in machine.peers.values {
            let silent = machine.awake - peer.lastHeard
            guard silent > machine.settings.suspectAfter else { continue }
            found.insert(peer.worker)
            if !suspects.contains(peer.worker) {
                events.append(.workerSuspect(worker: peer.worker, silentSeconds: silent.inSeconds))
            }
        }
        for worker in suspects.sorted() where !found.contains(worker) && machine.connections[worker] != nil {
            events.append(.workerBack(worker: worker))
        }
        suspects = found
        return events
    }
}
