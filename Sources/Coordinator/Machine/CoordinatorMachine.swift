import Glibc
package import Schema
package import Studies

/// A pool of workers and the studies that they work for, without sockets, files and clock: a message or a tick in, actions
/// out.
///
/// Every message that claims something comes after the record that makes it true, and the driver sends it only when that
/// record is durable. A message is one that has passed `check`; whatever a worker says within those bounds, nothing here
/// traps.
package struct CoordinatorMachine: Sendable {
    var pool: WorkerPool
    var studies: [StudyID: StudyMachine] = [:]
    /// The studies in the order in which they were handed in.
    package private(set) var order: [StudyID] = []
    /// How many trials run of each study that has one to give, and the studies that are not over: kept, since a study is
    /// costly to look at for every message.
    var offering: [StudyID: Int] = [:]
    private var unfinished: Set<StudyID> = []
    let welcome: CoordinatorMessage.Welcome
    /// Where and in which program this coordinator runs, for its records.
    let origin: Origin
    var draining: (reason: CoordinatorMessage.Drain.Reason, deadline: Duration)?
    var hasEnded = false
    var actions: [CoordinatorAction] = []

    /// Where a coordinator runs.
    package struct Origin: Hashable, Sendable {
        package var host: String
        package var program: String

        package init(host: String, program: String) {
            self.host = host
            self.program = program
        }
    }

    package init(
        studies: [StudyMachine], welcome: CoordinatorMessage.Welcome, settings: PoolSettings,
        origin: Origin = Origin(host: "", program: "")
    ) {
        pool = WorkerPool(settings)
        for study in studies {
            self.studies[study.id] = study
            order.append(study.id)
        }
        unfinished = Set(order)
        self.welcome = welcome
        self.origin = origin
    }

    /// A study as it stands; nil where it is none of these.
    package func state(of study: StudyID) -> StudyState? { studies[study]?.state }

    /// The study that was handed in first, which stands for all where a person looks at one.
    package var study: StudyState { order.first.flatMap { studies[$0]?.state } ?? StudyState() }

    /// Whether no more trials are given out.
    package var isDraining: Bool { draining != nil }

    var isOver: Bool { unfinished.isEmpty }

    // MARK: What happens

    /// The first call: what ran when the last coordinator ended waits for its worker, for as long as the grace lasts.
    package mutating func start(at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { machine in
            for id in machine.order {
                for number in machine.studies[id]!.state.running.lowest(.max) {
                    let trial = machine.studies[id]!.state.trials[number]
                    machine.pool.await(trial.id, of: trial.worker)
                }
                let origin = machine.origin
                machine.on(id) { $0.start(host: origin.host, program: origin.program, unix: now.unix) }
            }
            machine.pass(at: now)
        }
    }

    package mutating func receive(
        _ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Timestamp
    ) -> [CoordinatorAction] {
        perform(at: now) { $0.handle(message, bytes: bytes, from: peer, at: now) }
    }

    package mutating func tick(at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { $0.pass(at: now) }
    }

    /// Asks every worker to save and hand back what it trains.
    package mutating func interrupt(at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { $0.drain(.interrupted) }
    }

    /// Stops giving a study's trials out and recalls those that run, or goes on; a coordinator that follows does the same.
    package mutating func setPaused(_ paused: Bool, _ study: StudyID, at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { machine in
            guard machine.on(study, { $0.setPaused(paused, unix: now.unix) }) == true else { return }
            if paused {
                for (id, peer) in machine.pool.owners.sorted(by: { $0.key < $1.key }) where id.study == study {
                    machine.recall(id, from: peer)
                }
            } else {
                machine.dispatch(at: now)
            }
        }
    }

    /// A worker is known to be gone: nothing is gained by waiting for its lease.
    ///
    /// - Parameters:
    ///   - isRevoked: whether it was sent away as its key was revoked; then its trials have done nothing wrong.
    ///   - process: how its process ended, where that is known.
    package mutating func workerIsGone(
        where matches: (String) -> Bool, isRevoked: Bool = false, process: ProcessEnd? = nil, at now: Timestamp
    ) -> [CoordinatorAction] {
        perform(at: now) { machine in
            let how = process.map { "its worker's process ended by \($0.description)" } ?? "its process has ended"
            for worker in machine.pool.connections.keys.filter(matches).sorted() {
                machine.lose(
                    machine.pool.connections[worker]!, isRevoked ? "its worker's key was revoked" : how,
                    isRevoked ? .revoked : .lost, process: process, at: now)
            }
            machine.dispatch(at: now)
        }
    }

    /// Lets failed trials try again; those that have not failed are left as they are.
    ///
    /// - Parameter trials: nil for all that have failed.
    package mutating func retry(_ trials: [Int]?, of study: StudyID, at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { machine in
            machine.on(study) { $0.retry(trials, unix: now.unix) }
            machine.dispatch(at: now)
        }
    }

    /// Why trials cannot be let try again; nil where they can.
    package func refusalToRetry(_ trials: [Int]?, of study: StudyID) -> String? {
        isDraining ? "it is ending; ask again when it has ended" : studies[study]?.refusalToRetry(trials)
    }

    /// Tells what the state of a study's disk is: nothing of it is given out while it is in trouble.
    package mutating func setDiskTrouble(_ trouble: String?, of study: StudyID, at now: Timestamp)
        -> [CoordinatorAction]
    {
        perform(at: now) { machine in
            machine.on(study) { $0.diskTrouble = trouble }
            machine.dispatch(at: now)
        }
    }

    /// What the disk of a study says.
    package mutating func receive(
        _ answer: StorageAnswer, of study: StudyID, at now: Timestamp
    ) -> [CoordinatorAction] {
        perform(at: now) { machine in
            switch answer {
            case .staged(let receipt): machine.tell(receipt.id, .received(receipt))
            case .stored(let id, let file): machine.on(study) { $0.uploadStored(id, file) }
            case .refused(let id, let file, let reason):
                machine.on(study) { $0.uploadRefused(id, file, reason: reason) }
            case .failed(let id, let file, _): machine.on(study) { $0.uploadFailed(id, file) }
            case .read(let chunk, nil): machine.on(study) { $0.checkpointUnreadable(chunk, unix: now.unix) }
            case .read(let chunk, let bytes?):
                if let peer = machine.pool.owners[chunk.id] {
                    machine.actions.append(.sendBytes(.chunk(chunk), bytes, to: peer))
                }
            case .listed(let files, let peer): machine.actions.append(.sendBytes(.dataFiles(files), [], to: peer))
            case .readData(let chunk, let bytes, let peer):
                if let bytes { machine.actions.append(.sendBytes(.dataChunk(chunk), bytes, to: peer)) }
            case .probed: break
            }
            machine.dispatch(at: now)
        }
    }

    /// A checkpoint was not handed to the disk, which is in trouble.
    mutating func uploadFailed(_ id: AttemptID, _ file: StoredFile, at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { machine in machine.on(id.study) { $0.uploadFailed(id, file) } }
    }

    mutating func perform(at now: Timestamp, _ body: (inout CoordinatorMachine) -> Void) -> [CoordinatorAction] {
        pool.advance(to: now.monotonic)
        body(&self)
        defer { actions.removeAll() }
        return actions
    }

    // MARK: The studies

    /// Lets a study do something, and carries out what follows from it.
    @discardableResult
    mutating func on<Result>(_ id: StudyID, _ body: (StudyMachine) -> Result) -> Result? {
        guard let study = studies[id] else { return nil }
        let result = body(study)
        look(at: study)
        for effect in study.drainEffects() { carryOut(effect, of: id) }
        return result
    }

    /// Takes note of what a study has to give.
    private mutating func look(at study: StudyMachine) {
        guard study.drainChange() else { return }
        offering[study.id] = study.offersTrials ? study.state.running.count : nil
        if study.isOver { unfinished.remove(study.id) } else { unfinished.insert(study.id) }
    }

    mutating func carryOut(_ effect: StudyEffect, of study: StudyID) {
        switch effect {
        case .append(let record, let encoded): actions.append(.append(study, record, encoded: encoded))
        case .tell(let id, let message):
            switch message {
            case .recall, .prune: pool.noteRecall(id)
            default: break
            }
            tell(id, message)
        case .store(let work): actions.append(.store(study, work))
        case .storeWhenDurable(let work): actions.append(.storeWhenDurable(study, work))
        case .notify(let event):
            if case .trialFinished(let outcome) = event { pool.forget(TrialKey(study, outcome.id.trial)) }
            actions.append(.notify(study, event))
        case .release(let id): pool.release(id)
        }
    }

    mutating func tell(_ id: AttemptID, _ message: CoordinatorMessage) {
        if let peer = pool.owners[id] { actions.append(.send(message, to: peer)) }
    }

    func isCurrent(_ id: AttemptID) -> Bool { studies[id.study]?.isCurrent(id) ?? false }

    mutating func end(
        _ id: AttemptID, _ reason: JournalRecord.AttemptEnded.Reason, _ detail: String, by worker: String? = nil,
        process: ProcessEnd? = nil, at now: Timestamp
    ) {
        guard isCurrent(id) else { return }
        on(id.study) { $0.end(id, reason, detail, process: process, unix: now.unix) }
        if let worker, studies[id.study]?.state.trials[id.trial].isOver == false {
            pool.avoid(TrialKey(id), worker)
        }
    }

    mutating func notify(_ event: CoordinatorEvent, of study: StudyID? = nil) {
        actions.append(.notify(study, event))
    }

    mutating func send(_ message: CoordinatorMessage, to peer: PeerID) {
        actions.append(.send(message, to: peer))
    }
}

extension CoordinatorMachine.Origin {
    /// This machine.
    package init(program: String) {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        self.init(
            host: String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
            program: program)
    }
}
