package import Experiments
package import Wire

/// Checkpoints on their way up and down, and the room that they may take.
extension CoordinatorMachine {
    mutating func receive(_ chunk: Chunk, bytes: [UInt8], from peer: PeerID, at now: Timestamp) {
        guard owns(chunk.id, peer) else { return abandon(chunk.id, on: peer) }
        let key = UploadKey(id: chunk.id, kind: chunk.file.kind)
        if chunk.offset == 0 {
            guard isWelcome(chunk.file, of: chunk.id, from: peer) else { return }
            uploads[key] = Upload(file: chunk.file, received: 0)
        }
        guard let upload = uploads[key], upload.file == chunk.file, upload.received == chunk.offset else { return }
        let isLast = chunk.offset + bytes.count == chunk.file.size
        // Another checkpoint may have overtaken it on its way.
        if isLast, chunk.offset > 0, !isWelcome(chunk.file, of: chunk.id, from: peer) {
            return discardUploads(of: chunk.id)
        }
        uploads[key]!.received += bytes.count
        actions.append(.stage(chunk, bytes: bytes))
        var receipt = chunk
        receipt.offset = chunk.offset + bytes.count
        if isLast {
            makeRoom(for: chunk.file.size, replacing: chunk.id.trial, chunk.file.kind, at: now)
            actions.append(.publish(receipt, from: peer))
        } else {
            actions.append(.send(.received(receipt), to: peer))
        }
    }

    mutating func receive(_ placed: WorkerMessage.Placed, from peer: PeerID, at now: Timestamp) {
        guard owns(placed.id, peer) else { return abandon(placed.id, on: peer) }
        if stored(placed.file.kind, of: placed.id.trial) == placed.file {
            return actions.append(.send(.fileStored(.init(id: placed.id, file: placed.file)), to: peer))
        }
        guard isWelcome(placed.file, of: placed.id, from: peer) else { return }
        makeRoom(for: placed.file.size, replacing: placed.id.trial, placed.file.kind, at: now)
        actions.append(.adopt(placed, from: peer))
    }

    private func stored(_ kind: StoredFile.Kind, of trial: Int) -> StoredFile? {
        kind == .best ? study.trials[trial].best : study.trials[trial].last
    }

    /// Whether the file may be taken now; otherwise the worker is told what it needs, or will try again by itself.
    private mutating func isWelcome(_ file: StoredFile, of id: AttemptID, from peer: PeerID) -> Bool {
        let trial = study.trials[id.trial]
        // Epochs that the file knows of must be durable first: a trial that goes on from it has no others.
        guard file.epoch <= trial.history.count else { return false }
        // One that a newer has overtaken.
        if let stored = stored(file.kind, of: id.trial), file.epoch < stored.epoch {
            guard file.kind == .best, isInherited(stored, by: id) else { return false }
        }
        if file.kind == .last, let best = file.bestEpoch, trial.best?.epoch != best {
            actions.append(.send(.received(Chunk(id: id, file: file, offset: 0)), to: peer))
            return false
        }
        return true
    }

    /// Whether the epoch that the file was saved after is an earlier attempt's. Such a `best` gives way to the attempt's
    /// own: what a worker said of it may not be what stands in the `last` that others go on from.
    private func isInherited(_ file: StoredFile, by id: AttemptID) -> Bool {
        let history = study.trials[id.trial].history
        return history.indices.contains(file.epoch - 1) && history[file.epoch - 1].id.attempt < id.attempt
    }

    mutating func serve(_ fetch: WorkerMessage.Fetch, to peer: PeerID) {
        guard owns(fetch.id, peer) else { return abandon(fetch.id, on: peer) }
        guard let file = stored(fetch.file, of: fetch.id.trial), fetch.offset < file.size else {
            return refuse("asks for byte \(fetch.offset) of a checkpoint that is not there", from: peer)
        }
        actions.append(.sendFile(Chunk(id: fetch.id, file: file, offset: fetch.offset), to: peer))
    }

    mutating func serve(_ fetch: WorkerMessage.FetchData, to peer: PeerID) {
        guard fetch.data == study.created?.dataDigest else {
            return refuse("asks for data that are not this study's", from: peer)
        }
        if let path = fetch.path {
            actions.append(.sendData(.init(data: fetch.data, path: path, offset: fetch.offset), to: peer))
        } else {
            actions.append(.sendDataFiles(fetch.data, from: fetch.offset, to: peer))
        }
    }

    /// Whatever has arrived of an ended attempt's checkpoints is not needed any more.
    mutating func discardUploads(of id: AttemptID) {
        var any = false
        for kind in StoredFile.Kind.allCases where uploads.removeValue(forKey: UploadKey(id: id, kind: kind)) != nil {
            any = true
        }
        if any {
            actions.append(.discardUploads(id))
        }
    }

    // MARK: What the disk says

    /// The upload that `publish` or `adopt` asked for is in its place, durably.
    package mutating func uploadStored(
        _ id: AttemptID, _ file: StoredFile, from peer: PeerID, at now: Timestamp
    ) -> [CoordinatorAction] {
        perform(at: now) { machine in
            machine.uploads[UploadKey(id: id, kind: file.kind)] = nil
            guard machine.isCurrent(id) else { return }
            machine.append(.fileStored(.init(id: id, file: file)))
            machine.actions.append(.send(.fileStored(.init(id: id, file: file)), to: peer))
        }
    }

    /// It was damaged on its way, and the worker begins again.
    package mutating func uploadRefused(
        _ id: AttemptID, _ file: StoredFile, reason: String, from peer: PeerID, at now: Timestamp
    ) -> [CoordinatorAction] {
        perform(at: now) { machine in
            machine.uploads[UploadKey(id: id, kind: file.kind)] = nil
            machine.actions.append(.notify(.uploadRefused(id, reason: reason)))
            machine.actions.append(.send(.received(Chunk(id: id, file: file, offset: 0)), to: peer))
        }
    }

    /// The disk could not take it: the worker, unanswered, will send it again in its own time.
    package mutating func uploadFailed(_ id: AttemptID, _ file: StoredFile, at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { $0.uploads[UploadKey(id: id, kind: file.kind)] = nil }
    }

    /// A checkpoint that `sendFile` asked for cannot be read: the trial goes on from the one before it, or anew.
    package mutating func checkpointUnreadable(_ chunk: Chunk, from peer: PeerID, at now: Timestamp)
        -> [CoordinatorAction]
    {
        perform(at: now) { machine in
            guard chunk.file.kind == .last, machine.isCurrent(chunk.id) else { return }
            machine.actions.append(.notify(.checkpointDamaged(trial: chunk.id.trial, chunk.file)))
            machine.end(chunk.id, .undelivered, "the checkpoint to go on from is damaged", at: now)
            machine.giveUp(.last, of: chunk.id.trial, .damaged, at: now)
            machine.actions.append(.send(.abandon(chunk.id), to: peer))
            machine.dispatch(at: now)
        }
    }

    // MARK: The byte budget

    mutating func giveUp(
        _ kind: StoredFile.Kind, of trial: Int, _ reason: JournalRecord.FileRemoved.Reason, at now: Timestamp
    ) {
        append(.fileRemoved(.init(trial: trial, kind: kind, reason: reason, unix: now.unix)))
        actions.append(.remove(trial: trial, kind, restoresPrevious: stored(kind, of: trial) != nil))
    }

    /// Gives up what a checkpoint of `size` bytes needs, where the study's checkpoints have a bound: the `last.h5` of
    /// finished trials, oldest first, then their models, the worst points' first. What a trial needs to go on is kept,
    /// and so is the winner's model.
    mutating func makeRoom(
        for size: Int, replacing trial: Int? = nil, _ kind: StoredFile.Kind = .last, at now: Timestamp
    ) {
        guard let budget = settings.checkpointBudget else { return }
        // A new `last` leaves the one before it, and takes the place of the one before that.
        let old = trial.map { study.trials[$0] }
        let replaced = (kind == .best ? old?.best : old?.previousLast)?.size ?? 0
        while study.checkpointBytes - replaced + size > budget, let old = removable.popFirst(in: study) {
            giveUp(.last, of: old.number, .budget, at: now)
            actions.append(.notify(.checkpointRemoved(trial: old.number, .last, bytes: old.last?.size ?? 0)))
        }
        if study.checkpointBytes - replaced + size > budget, let terms = settings.terms {
            for old in models.worstFirst(in: study, terms) {
                giveUp(.best, of: old.number, .budget, at: now)
                actions.append(.notify(.checkpointRemoved(trial: old.number, .best, bytes: old.best?.size ?? 0)))
                if study.checkpointBytes - replaced + size <= budget { break }
            }
        }
        let bytes = study.checkpointBytes - replaced + size
        if bytes > budget, !budgetIsExceeded {
            actions.append(.notify(.checkpointBudgetExceeded(bytes: bytes, budget: budget)))
        }
        budgetIsExceeded = bytes > budget
    }
}
