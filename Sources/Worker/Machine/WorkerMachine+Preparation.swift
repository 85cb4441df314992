import Schema
import Studies

/// Between an assignment and its start: the data and the checkpoint have to be here.
extension WorkerMachine {
    mutating func accept(_ assign: CoordinatorMessage.Assign, now: Duration) -> [WorkerAction] {
        let id = assign.id
        guard !isTraining(id), preparing[id] == nil, deliveries[id] == nil else { return [] }
        // A `ready` that came late, or twice, brings more than was asked for: others may have it.
        guard freeSlots > 0 else { return handBack(id) }
        taken += 1
        preparing[id] = Preparation(assign: assign)
        if assign.metrics.count > metrics[id.study]?.count ?? 0 { metrics[id.study] = MetricTable(assign.metrics) }
        var actions: [WorkerAction] = []
        if let file = assign.resume {
            let spooled = SpooledFile.resumed(file, by: id)
            // What it begins with may be another trial's.
            if isShared(id), file.kind == .last {
                preparing[id]!.resume = .copying
                actions.append(.takeShared(id, spooled))
            } else {
                actions += download(spooled, for: id, now: now)
            }
        }
        if experiments.contains(assign.experiment) { return actions + find(id) }
        preparing[id]!.asking = Backoff(first: settings.resendAfter, longest: settings.longestResend, now: now)
        return actions + askForExperiment(id, now: now)
    }

    // MARK: The experiment

    /// Asks for the experiment that an attempt waits for, if it does.
    mutating func askForExperiment(_ id: AttemptID, now: Duration) -> [WorkerAction] {
        guard isWelcomed, let assign = preparing[id]?.assign, preparing[id]?.asking != nil else { return [] }
        preparing[id]!.asking!.repeated(now: now)
        return [.send(.fetchExperiment(.init(study: id.study, digest: assign.experiment)))]
    }

    mutating func receive(_ experiment: CoordinatorMessage.StudyExperiment) -> [WorkerAction] {
        let isWanted = preparing.values.contains { $0.assign.experiment == experiment.digest && $0.asking != nil }
        return isWanted ? [.keepExperiment(experiment)] : []
    }

    /// The experiment can be used, or nobody can train by it.
    private mutating func experimentRead(_ digest: String, mistake: String?, now: Duration) -> [WorkerAction] {
        if mistake == nil { experiments.insert(digest) }
        var actions: [WorkerAction] = []
        for id in preparing.keys.sorted() where preparing[id]!.assign.experiment == digest {
            guard preparing[id]!.asking != nil else { continue }
            preparing[id]!.asking = nil
            guard let mistake else {
                actions += find(id)
                continue
            }
            let assign = preparing[id]!.assign
            actions += stopPreparing(id)
            deliveries[id] = Delivery(
                id: id, epoch: assign.resumedEpoch, data: assign.dataDigest, settings: settings, now: now)
            deliveries[id]!.ending = .outcome(.failed(id, after: assign.resumedEpoch, mistake))
            actions += advance(id, now: now)
        }
        return mistake == nil ? actions : actions + ready()
    }

    // MARK: The checkpoint

    private mutating func download(_ file: SpooledFile, for id: AttemptID, now: Duration) -> [WorkerAction] {
        preparing[id]!.resume = .coming(Download(file, settings: settings, now: now))
        return isWelcomed ? ask(id) : []
    }

    private mutating func ask(_ id: AttemptID) -> [WorkerAction] {
        guard case .coming(var download) = preparing[id]?.resume else { return [] }
        let offsets = download.asks()
        preparing[id]!.resume = .coming(download)
        return offsets.map { .send(.fetch(.init(id: id, file: download.spooled.file.kind, offset: $0))) }
    }

    mutating func askAgain(_ id: AttemptID) -> [WorkerAction] {
        guard case .coming(var download) = preparing[id]?.resume else { return [] }
        download.askAgain()
        preparing[id]!.resume = .coming(download)
        return ask(id)
    }

    mutating func receive(_ chunk: Chunk, bytes: [UInt8], now: Duration) -> [WorkerAction] {
        guard case .coming(var download) = preparing[chunk.id]?.resume else { return [] }
        guard chunk.file == download.spooled.file else {
            // A new coordinator has found the one that was assigned damaged, and has another to go on from: it assigns
            // the trial anew.
            return stopPreparing(chunk.id) + handBack(chunk.id) + ready() + endIfIdle()
        }
        guard download.receive(offset: chunk.offset, count: bytes.count, now: now) else { return [] }
        preparing[chunk.id]!.resume = .coming(download)
        return [.keep(chunk, bytes: bytes, in: download.spooled)] + ask(chunk.id)
    }

    // MARK: What the files say

    package mutating func receive(_ event: StorageEvent, now: Duration) -> [WorkerAction] {
        switch event {
        case .rows(let id, let rows):
            guard isWelcomed, deliveries[id] != nil else { return [] }
            return rows.map { .send(.epochFinished($0.row), bytes: $0.bytes) }
        case .piece(let chunk, let bytes):
            guard isWelcomed, deliveries[chunk.id]?.isTravelling(chunk.file) == true else { return [] }
            return [.send(.upload(chunk), bytes: bytes)]
        case .experiment(let digest, let mistake):
            return experimentRead(digest, mistake: mistake, now: now)
        case .sharedFolder(let nonce, let isHere):
            if isHere, let folder = welcome?.shared.first(where: { $0.nonce == nonce }) {
                sharedStudies.insert(folder.study)
            }
            return []
        case .placed(let id, let file, let isThere):
            deliveries[id]?.placed(file, isThere)
            return advance(id, now: now)
        case .checkpoint(let id, let file):
            return checkpointArrived(file, of: id, now: now)
        case .data(let id, let presence):
            return dataFound(presence, for: id, now: now)
        case .dataBegun(let digest, let files):
            return downloads[digest]?.begin(files, settings: settings, now: now) ?? []
        case .dataFile(let digest, let path, let isWhole):
            guard let download = downloads[digest] else { return [] }
            var changed = download
            guard let actions = changed.verified(path, isWhole: isWhole) else {
                return leaveData(digest)
                    + stop(
                        .noData("\(path): it arrives damaged, again and again"), within: settings.drainLimit, now: now)
            }
            downloads[digest] = changed
            return actions
        case .dataFinished(let digest):
            downloads[digest] = nil
            return preparing.keys.sorted().flatMap { isComing(digest, for: $0) ? find($0) : [] }
        case .dataFailed(let digest, let reason):
            return leaveData(digest) + stop(.noData(reason), within: settings.drainLimit, now: now)
        }
    }

    private mutating func checkpointArrived(_ file: SpooledFile?, of id: AttemptID, now: Duration) -> [WorkerAction] {
        guard let preparation = preparing[id] else { return file.map { [.discard($0)] } ?? [] }
        if let file {
            preparing[id]!.resume = .here(file)
            return startIfReady(id, now: now)
        }
        switch preparation.resume {
        case .copying:
            guard let resume = preparation.assign.resume else { return [] }
            return download(.resumed(resume, by: id), for: id, now: now)
        case .coming(var download):
            download.restart(now: now)
            preparing[id]!.resume = .coming(download)
            return []
        case .none, .here:
            return []
        }
    }

    private mutating func dataFound(_ presence: DataPresence, for id: AttemptID, now: Duration) -> [WorkerAction] {
        guard let digest = preparing[id]?.assign.dataDigest else { return [] }
        switch presence {
        case .here:
            preparing[id]!.data = .here
            return startIfReady(id, now: now)
        case .busy:
            preparing[id]!.data = .elsewhere(again: now + .seconds(1))
            return []
        case .missing:
            preparing[id]!.data = .coming
            guard downloads[digest] == nil else { return [] }
            let download = DataDownload(digest: digest, settings: settings, now: now)
            downloads[digest] = download
            return isWelcomed ? [download.askForList] : []
        }
    }

    /// Looks once more whether the data are here.
    mutating func find(_ id: AttemptID) -> [WorkerAction] {
        preparing[id]!.data = .finding
        return [.findData(preparing[id]!.assign)]
    }

    private func isComing(_ digest: String, for id: AttemptID) -> Bool {
        preparing[id]?.assign.dataDigest == digest && preparing[id]?.data == .coming
    }

    private mutating func startIfReady(_ id: AttemptID, now: Duration) -> [WorkerAction] {
        guard let preparation = preparing[id], preparation.isReady else { return [] }
        preparing[id] = nil
        let epoch = preparation.assign.resumedEpoch
        training[id] = Progress(id: id, epoch: epoch + 1, step: 0, steps: 0, patienceLeft: nil)
        deliveries[id] = Delivery(
            id: id, epoch: epoch, data: preparation.assign.dataDigest, settings: settings, now: now)
        return [.start(preparation.assign, checkpoint: preparation.checkpoint)]
    }

    /// What was got ready for this attempt is not needed.
    mutating func stopPreparing(_ id: AttemptID) -> [WorkerAction] {
        guard let preparation = preparing.removeValue(forKey: id) else { return [] }
        let file = preparation.assign.resume.map { [WorkerAction.discard(.resumed($0, by: id))] } ?? []
        let digest = preparation.assign.dataDigest
        return file + (preparing.keys.contains { isComing(digest, for: $0) } ? [] : leaveData(digest))
    }

    private mutating func leaveData(_ digest: String) -> [WorkerAction] {
        downloads.removeValue(forKey: digest) == nil ? [] : [.leaveData(digest)]
    }
}

/// An assignment that cannot be started yet: its data or its checkpoint are still to come.
struct Preparation: Sendable {
    enum Resume: Sendable {
        /// It begins from nothing.
        case none
        /// Being copied out of the study's folder.
        case copying
        case coming(Download)
        case here(SpooledFile)
    }

    enum Data: Sendable, Hashable {
        /// Somebody looks whether they are here.
        case finding
        /// This process fetches them.
        case coming
        /// Another process fetches them: look again then.
        case elsewhere(again: Duration)
        case here
    }

    let assign: CoordinatorMessage.Assign
    var data = Data.finding
    var resume = Resume.none
    /// When the experiment is asked for again; nil where it is here.
    var asking: Backoff?

    var isReady: Bool {
        switch resume {
        case .none, .here: data == .here
        case .copying, .coming: false
        }
    }

    var checkpoint: SpooledFile? {
        if case .here(let file) = resume { file } else { nil }
    }

    var received: Int {
        switch resume {
        case .none, .copying: 0
        case .coming(let download): download.received
        case .here(let file): file.file.size
        }
    }
}
