import Schema
import Studies

/// What each message of a worker leads to.
extension CoordinatorMachine {
    mutating func handle(_ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Timestamp) {
        if case .hello(let hello) = message { return admit(hello, from: peer, at: now) }
        guard pool.peers[peer] != nil else {
            if case .goodbye = message { return }
            return send(.whoAreYou(.init()), to: peer)
        }
        pool.heard(peer)
        switch message {
        case .hello: break
        case .ready(let ready):
            pool.offer(ready.slots, by: peer)
            dispatch(at: now)
        case .heartbeat(let heartbeat):
            answer(heartbeat, from: peer)
            reconcile(heartbeat, from: peer, at: now)
        case .epochFinished(let row, let heartbeat):
            let isAnswered = record(row, encoded: bytes, from: peer, answering: heartbeat?.sequence, at: now)
            if let heartbeat {
                if !isAnswered { answer(heartbeat, from: peer) }
                reconcile(heartbeat, from: peer, at: now)
            }
        case .upload(let chunk):
            withAttempt(chunk.id, of: peer) { $0.receive(chunk, bytes: bytes, unix: now.unix) }
        case .placed(let placed):
            withAttempt(placed.id, of: peer) { $0.receive(placed, unix: now.unix) }
        case .fetch(let fetch):
            if let refusal = withAttempt(fetch.id, of: peer, { $0.serve(fetch, unix: now.unix) }) ?? nil {
                refuse(refusal, from: peer)
            }
        case .fetchData(let fetch):
            serve(fetch, to: peer)
        case .fetchExperiment(let fetch):
            guard let experiment = studies[fetch.study]?.experiment, experiment.digest == fetch.digest else {
                return refuse("asks for an experiment that is not there", from: peer)
            }
            send(.experiment(experiment), to: peer)
        case .finished(let outcome):
            finish(outcome, from: peer, at: now)
        case .handBack(let id):
            guard pool.owns(id, peer) else { return abandon(id, on: peer) }
            end(id, .handedBack, "its worker gave it back", at: now)
            pool.offersNothing(peer)
            dispatch(at: now)
        case .output(let id):
            if pool.owns(id, peer), !bytes.isEmpty { actions.append(.store(id.study, .output(id, bytes))) }
        case .programEnvironment(let study, let environment):
            guard let worker = pool.peers[peer]?.worker else { return }
            on(study) { $0.note(worker, programEnvironment: environment, packages: bytes, unix: now.unix) }
        case .goodbye:
            let gone = pool.peers[peer]!
            notify(.workerLeft(worker: gone.worker))
            for id in gone.running.keys.sorted() {
                end(id, gone.running[id]!.seen != nil ? .handedBack : .undelivered, "its worker left", at: now)
            }
            remove(peer, "its worker left", .handedBack, at: now)
            dispatch(at: now)
        }
    }

    /// Lets a study take what a worker says of an attempt of its own.
    @discardableResult
    mutating func withAttempt<Result>(
        _ id: AttemptID, of peer: PeerID, _ body: (StudyMachine) -> Result
    ) -> Result? {
        guard pool.owns(id, peer) else {
            abandon(id, on: peer)
            return nil
        }
        return on(id.study, body)
    }

    /// The attempt does not count (any more). One that this worker can never have had is a lie, and is told.
    mutating func abandon(_ id: AttemptID, on peer: PeerID) {
        if let study = studies[id.study]?.state {
            if !study.trials.indices.contains(id.trial) {
                refuse("trial \(id.trial) does not exist", from: peer)
            } else if id.attempt > study.trials[id.trial].attempt || id.attempt < 1 {
                refuse("\(id) was never given out", from: peer)
            } else if isCurrent(id), study.trials[id.trial].worker != pool.peers[peer]?.worker {
                refuse("\(id) is another worker's", from: peer)
            }
        }
        send(.abandon(id), to: peer)
    }

    /// A message that no honest worker sends: it changes nothing. Only the first of a worker are told.
    mutating func refuse(_ reason: String, from peer: PeerID) {
        guard let (worker, count) = pool.refuse(peer) else { return }
        let last = count == 10 ? "; no more of its messages will be reported" : ""
        notify(.messageRefused("worker \(worker): \(reason)\(last)"))
    }

    /// - Parameter sequence: the number of the heartbeat that came with it.
    /// - Returns: whether the row is acknowledged, which answers that heartbeat.
    mutating func record(
        _ row: Row, encoded: [UInt8], from peer: PeerID, answering sequence: Int?, at now: Timestamp
    ) -> Bool {
        guard
            let (verdict, metrics) = withAttempt(row.id, of: peer, { $0.record(row, encoded: encoded, unix: now.unix) })
        else { return false }
        switch verdict {
        case .early: return false
        case .refused(let reason):
            refuse(reason, from: peer)
            return false
        case .failed:
            trialEnded(on: peer)
            return false
        case .stored:
            send(
                .epochStored(.init(id: row.id, epoch: row.epoch, answers: sequence, metrics: metrics)), to: peer)
            return true
        }
    }

    mutating func finish(_ outcome: TrialOutcome, from peer: PeerID, at now: Timestamp) {
        let id = outcome.id
        if studies[id.study]?.hasFinished(id) == true { return send(.outcomeStored(id), to: peer) }
        guard let verdict = withAttempt(id, of: peer, { $0.finish(outcome, unix: now.unix) }) else { return }
        switch verdict {
        case .early: return
        case .refused(let reason): refuse(reason, from: peer)
        case .failed: trialEnded(on: peer)
        case .stored:
            send(.outcomeStored(id), to: peer)
            trialEnded(on: peer)
        }
    }

    private mutating func trialEnded(on peer: PeerID) {
        pool.hasFinishedTrial(peer)
        if isOver { drain(.finished) }
    }

    mutating func serve(_ fetch: WorkerMessage.FetchData, to peer: PeerID) {
        guard let study = order.first(where: { studies[$0]!.state.created?.dataDigest == fetch.data }) else {
            return refuse("asks for data that are not this study's", from: peer)
        }
        if let path = fetch.path {
            actions.append(.store(study, .readData(.init(data: fetch.data, path: path, offset: fetch.offset), peer)))
        } else {
            actions.append(.store(study, .list(fetch.data, from: fetch.offset, peer)))
        }
    }
}
