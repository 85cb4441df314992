package import Experiments
package import Wire

/// The coordinator without its sockets, files and clock: a message or a tick in, actions out.
///
/// Only `append` changes what the study is; every message that claims something comes after the record that makes it
/// true, and the loop sends it only when that record is durable.
package struct CoordinatorMachine: Sendable {
    package private(set) var study: StudyState
    let settings: CoordinatorSettings
    let welcome: CoordinatorMessage.Welcome
    /// The experiment file of one trial, every value filled in.
    let trialFile: @Sendable (TrialState) throws -> String

    var peers: [PeerID: WorkerPeer] = [:]
    /// Attempts that run somewhere, but whose worker has not (yet) said so to this coordinator; with their deadline.
    private var orphans: [AttemptID: Duration] = [:]
    /// Bytes received of each upload.
    private var uploads: [UploadKey: Upload] = [:]
    /// Trials whose `last.h5` is not what the journal says, and is not used.
    private var withoutCheckpoint: Set<Int>
    private var draining: (reason: CoordinatorMessage.Drain.Reason, deadline: Duration)?
    private var lastTick: Duration?
    private var lastHeartbeat: Duration = .zero
    private var ended = false
    var actions: [CoordinatorAction] = []

    struct UploadKey: Hashable {
        var id: AttemptID
        var kind: StoredFile.Kind
    }

    struct Upload {
        var file: StoredFile
        var received: Int
    }

    package init(
        study: StudyState, welcome: CoordinatorMessage.Welcome, settings: CoordinatorSettings,
        withoutCheckpoint: Set<Int> = [], trialFile: @escaping @Sendable (TrialState) throws -> String
    ) {
        self.study = study
        self.welcome = welcome
        self.settings = settings
        self.withoutCheckpoint = withoutCheckpoint
        self.trialFile = trialFile
    }

    /// Whether no more trials are given out.
    package var isDraining: Bool { draining != nil }

    /// The first call: what ran when the last coordinator ended waits for its worker, for as long as the grace lasts.
    package mutating func start(at now: Moment) -> [CoordinatorAction] {
        for trial in study.trials where trial.phase == .running {
            orphans[trial.id] = now.monotonic + settings.grace
        }
        return finishActions { $0.tickBody(at: now) }
    }

    package mutating func receive(
        _ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Moment
    ) -> [CoordinatorAction] {
        finishActions { $0.receiveBody(message, bytes: bytes, from: peer, at: now) }
    }

    package mutating func tick(at now: Moment) -> [CoordinatorAction] {
        finishActions { $0.tickBody(at: now) }
    }

    /// Asks every worker to save and hand back what it trains.
    package mutating func interrupt(at now: Moment) -> [CoordinatorAction] {
        finishActions { $0.drain(.interrupted, at: now) }
    }

    /// A worker's process is known to be gone: nothing is gained by waiting for its lease.
    package mutating func workerDied(where matches: (String) -> Bool, at now: Moment) -> [CoordinatorAction] {
        finishActions { machine in
            for (id, peer) in machine.peers where matches(peer.worker) {
                machine.lose(id, at: now)
            }
            machine.dispatch(at: now)
        }
    }

    /// The upload that `publish` asked for is in its place, durably.
    package mutating func uploadStored(_ chunk: Chunk, from peer: PeerID) -> [CoordinatorAction] {
        finishActions { machine in
            machine.uploads[UploadKey(id: chunk.id, kind: chunk.file.kind)] = nil
            guard machine.isCurrent(chunk.id) else { return }
            if chunk.file.kind == .last {
                machine.withoutCheckpoint.remove(chunk.id.trial)
            }
            machine.append(.fileStored(.init(id: chunk.id, file: chunk.file)))
            machine.actions.append(.send(.fileStored(.init(id: chunk.id, file: chunk.file)), to: peer))
        }
    }

    /// The upload that `publish` asked for was damaged: the worker begins again.
    package mutating func uploadRefused(_ chunk: Chunk, reason: String, from peer: PeerID) -> [CoordinatorAction] {
        finishActions { machine in
            machine.uploads[UploadKey(id: chunk.id, kind: chunk.file.kind)] = nil
            var again = chunk
            again.offset = 0
            machine.actions.append(.notify(.uploadRefused(chunk.id, reason: reason)))
            machine.actions.append(.send(.received(again), to: peer))
        }
    }

    private mutating func finishActions(_ body: (inout CoordinatorMachine) -> Void) -> [CoordinatorAction] {
        body(&self)
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    // MARK: Messages

    private mutating func receiveBody(_ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Moment) {
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
        case .fetch(let fetch):
            serve(fetch, to: peer)
        case .finished(let outcome):
            finish(outcome, from: peer, at: now)
        case .handBack(let id):
            guard isCurrent(id) else { return abandon(id, on: peer) }
            end(id, .handedBack, at: now)
            dispatch(at: now)
        case .goodbye:
            let worker = peers[peer]!.worker
            for id in peers[peer]!.running.keys.sorted(by: { $0.trial < $1.trial }) where isCurrent(id) {
                end(id, .lost, at: now)
            }
            peers[peer] = nil
            actions.append(.notify(.workerLeft(worker: worker)))
            dispatch(at: now)
            finishIfDrained()
        }
    }

    private mutating func admit(_ hello: WorkerMessage.Hello, from peer: PeerID, at now: Moment) {
        guard hello.protocolVersion == protocolVersion else {
            let reason = "this coordinator speaks protocol version \(protocolVersion), not \(hello.protocolVersion)"
            actions.append(.notify(.workerRefused(worker: hello.worker, reason: reason)))
            return actions.append(.send(.refused(.init(reason: reason)), to: peer))
        }
        // The same worker on a new connection: the old one is dead, what it ran is named in the new hello.
        for (old, known) in peers where known.worker == hello.worker && old != peer {
            peers[old] = nil
            for id in known.running.keys.sorted(by: { $0.trial < $1.trial }) {
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
        var admitted = WorkerPeer(worker: hello.worker, host: hello.host, lastHeard: now.monotonic)
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
        for id in known?.running.keys.sorted(by: { $0.trial < $1.trial }) ?? [] where admitted.running[id] == nil {
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
    private mutating func reconcile(_ heartbeat: WorkerMessage.Heartbeat, from peer: PeerID, at now: Moment) {
        actions.append(.send(.heartbeat(.init(generation: welcome.generation)), to: peer))
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

    private mutating func record(_ result: EpochResult, from peer: PeerID) {
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

    private mutating func finish(_ outcome: TrialOutcome, from peer: PeerID, at now: Moment) {
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
        actions.append(.discardUploads(id))
        actions.append(.notify(.trialFinished(outcome)))
        if study.trials.allSatisfy(\.isOver) {
            drain(.finished, at: now)
        }
    }

    // MARK: Checkpoints

    private mutating func receive(_ chunk: Chunk, bytes: [UInt8], from peer: PeerID) {
        guard isCurrent(chunk.id), peers[peer]!.running[chunk.id] != nil else { return abandon(chunk.id, on: peer) }
        let key = UploadKey(id: chunk.id, kind: chunk.file.kind)
        if chunk.offset == 0 {
            uploads[key] = Upload(file: chunk.file, received: 0)
        }
        guard let upload = uploads[key], upload.file == chunk.file, upload.received == chunk.offset,
            !bytes.isEmpty, bytes.count <= Chunk.size, chunk.offset + bytes.count <= chunk.file.size
        else { return }
        uploads[key]!.received += bytes.count
        actions.append(.stage(chunk, bytes: bytes))
        var receipt = chunk
        receipt.offset = chunk.offset + bytes.count
        if receipt.offset == chunk.file.size {
            actions.append(.publish(receipt, from: peer))
        } else {
            actions.append(.send(.received(receipt), to: peer))
        }
    }

    private mutating func serve(_ fetch: WorkerMessage.Fetch, to peer: PeerID) {
        guard isCurrent(fetch.id), peers[peer]!.running[fetch.id] != nil else { return abandon(fetch.id, on: peer) }
        let trial = study.trials[fetch.id.trial]
        guard let file = fetch.file == .best ? trial.best : trial.last, (0..<file.size).contains(fetch.offset) else {
            return
        }
        actions.append(.sendFile(Chunk(id: fetch.id, file: file, offset: fetch.offset), to: peer))
    }

    // MARK: Time

    private mutating func tickBody(at now: Moment) {
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

    private mutating func expireOrphans(at now: Moment) {
        for (id, deadline) in orphans.sorted(by: { $0.key.trial < $1.key.trial }) where now.monotonic >= deadline {
            orphans[id] = nil
            if isCurrent(id) {
                end(id, .orphaned, at: now)
            }
        }
    }

    private mutating func lose(_ peer: PeerID, at now: Moment) {
        guard let lost = peers.removeValue(forKey: peer) else { return }
        actions.append(.notify(.workerLost(worker: lost.worker)))
        for id in lost.running.keys.sorted(by: { $0.trial < $1.trial }) where isCurrent(id) {
            end(id, .lost, at: now)
        }
        finishIfDrained()
    }

    // MARK: Dispatch

    /// Gives the lowest waiting trials to the workers that asked.
    private mutating func dispatch(at now: Moment) {
        guard draining == nil else { return }
        var waiting = study.trials.lazy.filter { $0.phase == .waiting }.map(\.number).makeIterator()
        for peer in peers.keys.sorted(by: { peers[$0]!.worker < peers[$1]!.worker }) {
            while peers[peer]!.freeSlots > 0, let number = waiting.next() {
                assign(number, to: peer, at: now)
            }
        }
    }

    private mutating func assign(_ number: Int, to peer: PeerID, at now: Moment) {
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

    private mutating func end(_ id: AttemptID, _ reason: JournalRecord.AttemptEnded.Reason, at now: Moment) {
        for peer in peers.keys {
            peers[peer]!.running[id] = nil
        }
        actions.append(.discardUploads(id))
        let trial = study.trials[id.trial]
        if reason == .lost, trial.lostAttempts + 1 >= settings.maximumLostAttempts {
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

    private mutating func abandon(_ id: AttemptID, on peer: PeerID) {
        actions.append(.send(.abandon(id), to: peer))
    }

    // MARK: The end

    private mutating func drain(_ reason: CoordinatorMessage.Drain.Reason, at now: Moment) {
        guard draining == nil else { return }
        draining = (reason, now.monotonic + settings.drainLimit)
        actions.append(.notify(.draining(reason)))
        for peer in peers.keys {
            actions.append(.send(.drain(.init(reason: reason)), to: peer))
        }
        finishIfDrained()
    }

    private mutating func finishIfDrained(at now: Moment? = nil) {
        guard let draining, !ended else { return }
        let late = now.map { $0.monotonic >= draining.deadline } ?? false
        guard peers.isEmpty || late else { return }
        ended = true
        actions.append(.finish(draining.reason == .finished ? .finished : .interrupted))
    }

    // MARK: The study

    private func isCurrent(_ id: AttemptID) -> Bool {
        study.trials.indices.contains(id.trial) && study.trials[id.trial].phase == .running
            && study.trials[id.trial].attempt == id.attempt
    }

    private mutating func append(_ record: JournalRecord) {
        do {
            try study.apply(record)
        } catch {
            preconditionFailure("the coordinator contradicts itself: \(error)")
        }
        actions.append(.append(record))
    }
}
