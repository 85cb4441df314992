import Schema
import Studies

/// What hellos and heartbeats tell: who takes part, who lives, what has arrived, and what makes progress.
extension CoordinatorMachine {
    mutating func answer(_ heartbeat: WorkerMessage.Heartbeat, from peer: PeerID) {
        send(.heartbeat(.init(generation: welcome.generation, answers: heartbeat.sequence)), to: peer)
    }

    mutating func reconcile(_ heartbeat: WorkerMessage.Heartbeat, from peer: PeerID, at now: Timestamp) {
        guard let (beat, isDeaf) = pool.beat(heartbeat, of: peer) else { return }
        guard !isDeaf else {
            return lose(peer, "its messages arrive, but it does not hear this coordinator", at: now)
        }
        let (worker, host) = (pool.peers[peer]!.worker, pool.peers[peer]!.host)
        switch beat.trouble {
        case .began(let reason): notify(.spoolTrouble(worker: worker, reason: reason))
        case .ended: notify(.spoolRecovered(worker: worker))
        case nil: break
        }
        for id in beat.unknown { abandon(id, on: peer) }
        for id in beat.undelivered { end(id, .undelivered, "its worker's heartbeats know nothing of it", at: now) }
        for id in beat.hung {
            blame(host, [id])
            let seconds = Int(pool.settings.progressLimit.inSeconds.rounded())
            end(id, .hung, "no progress for \(seconds) s", by: worker, at: now)
            send(.abandon(id), to: peer)
        }
        let studies = studies
        for id in pool.recallable(peer, { studies[$0.study]?.wantsBack($0) ?? false }) {
            guard let study = studies[id.study] else { continue }
            send(study.recall(of: study.state.trials[id.trial]), to: peer)
        }
        pool.offer(heartbeat.slots, by: peer)
        if !heartbeat.progress.isEmpty {
            let own = heartbeat.progress.filter { pool.owners[$0.id] == peer }
            for (study, progress) in Dictionary(grouping: own, by: \.id.study).sorted(by: { $0.key < $1.key }) {
                notify(.progress(progress), of: study)
            }
        }
        dispatch(at: now)
    }

    // MARK: Hellos

    mutating func admit(_ hello: WorkerMessage.Hello, from peer: PeerID, at now: Timestamp) {
        if let reason = refusal(of: hello, from: peer) {
            notify(.workerRefused(worker: hello.worker, reason: reason))
            return send(.refused(.init(reason: reason)), to: peer)
        }
        for study in order {
            on(study) { $0.note(hello.worker, environment: hello.environment, unix: now.unix) }
        }
        let joining = pool.join(hello, as: peer)
        note(hello.kept ?? [], of: peer, at: now)
        send(.welcome(welcome), to: peer)
        for id in joining.unknown {
            if studies[id.study]?.hasFinished(id) == true {
                send(.outcomeStored(id), to: peer)
            } else {
                abandon(id, on: peer)
            }
        }
        for id in joining.lost {
            end(id, .undelivered, "its worker's new connection knows nothing of it", at: now)
        }
        if joining.isNew {
            notify(.workerJoined(worker: hello.worker, host: hello.host, slots: hello.slots))
        }
        if let draining {
            send(.drain(.init(reason: draining.reason)), to: peer)
        }
    }

    /// What dead workers have left on a new one's machine is not waited for elsewhere, and goes to that worker.
    mutating func note(_ kept: [WorkerMessage.Hello.Kept], of peer: PeerID, at now: Timestamp) {
        let host = pool.peers[peer]!.host
        for kept in kept {
            // A worker's name is its own for ever: what it left is of these studies, or its name is not found here.
            guard let study = studies[kept.id.study]?.state, study.trials.indices.contains(kept.id.trial),
                study.trials[kept.id.trial].worker == kept.worker,
                study.trials[kept.id.trial].attempt == kept.id.attempt, kept.worker != pool.peers[peer]!.worker
            else { continue }
            end(kept.id, .handedBack, "its worker ended, and left its work on \(host)", at: now)
            if studies[kept.id.study]!.state.waiting.contains(kept.id.trial) {
                pool.keep(TrialKey(kept.id), on: peer)
            }
        }
    }

    /// Why a worker may not take part; nil where it may.
    func refusal(of hello: WorkerMessage.Hello, from peer: PeerID) -> String? {
        guard hello.protocolVersion == protocolVersion else {
            return "this coordinator speaks protocol version \(protocolVersion), not \(hello.protocolVersion)"
        }
        let required = order.map { studies[$0]!.settings.requiredTags }
        if let tags = required.first, !required.contains(where: { $0.allSatisfy(hello.tags.contains) }) {
            let missing = tags.filter { !hello.tags.contains($0) }
            return "the experiment requires workers with \(missing.map { "\"\($0)\"" }.joined(separator: ", ")); "
                + "start it with --tags \(tags.joined(separator: ",")) where that is true of its machine"
        }
        if let known = pool.peers[peer], known.worker != hello.worker {
            return "this connection is worker \(known.worker)'s"
        }
        guard pool.connections[hello.worker] != nil || pool.peers.count < pool.settings.maximumPeers else {
            return "this coordinator takes no more than \(pool.settings.maximumPeers) workers"
        }
        return nil
    }
}
