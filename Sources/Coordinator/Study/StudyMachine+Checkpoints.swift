import Schema
import Studies

/// Checkpoints on their way up and down, and the room that they may take.
extension StudyMachine {
    func receive(_ chunk: Chunk, bytes: [UInt8], unix: Double) {
        let key = UploadKey(id: chunk.id, kind: chunk.file.kind)
        // The disk is still at the one before: its sender sends this again when it has been answered.
        guard !publishing.contains(key) else { return }
        if chunk.offset == 0 {
            // The answer was lost.
            if stored(chunk.file.kind, of: chunk.id.trial) == chunk.file {
                return perform(.tell(chunk.id, .fileStored(.init(id: chunk.id, file: chunk.file))))
            }
            guard isWelcome(chunk.file, of: chunk.id) else { return }
            uploads[key] = Upload(file: chunk.file, received: 0)
        }
        guard let upload = uploads[key], upload.file == chunk.file, upload.received == chunk.offset else { return }
        if let copied = chunk.copied {
            guard chunk.file.kind == .last, let base = stored(.last, of: chunk.id.trial),
                base.sha256 == copied.sha256, copied.offset + copied.count <= base.size
            else {
                // It has become another: the worker sends all of it.
                uploads[key] = nil
                return perform(.tell(chunk.id, .received(Chunk(id: chunk.id, file: chunk.file, offset: 0))))
            }
        }
        let count = chunk.copied?.count ?? bytes.count
        let isLast = chunk.offset + count == chunk.file.size
        // Another checkpoint may have overtaken it on its way.
        if isLast, chunk.offset > 0, !isWelcome(chunk.file, of: chunk.id) {
            return discardUploads(of: chunk.id)
        }
        uploads[key]!.received += count
        perform(.store(.stage(chunk, bytes: bytes)))
        if isLast {
            makeRoom(for: chunk.file.size, replacing: chunk.id.trial, chunk.file.kind, unix: unix)
            publishing.insert(key)
            perform(.store(.publish(chunk.id, chunk.file)))
        }
    }

    /// The worker says that the file lies whole in the study's folder.
    func receive(_ placed: WorkerMessage.Placed, unix: Double) {
        let key = UploadKey(id: placed.id, kind: placed.file.kind)
        guard !publishing.contains(key) else { return }
        if stored(placed.file.kind, of: placed.id.trial) == placed.file {
            return perform(.tell(placed.id, .fileStored(.init(id: placed.id, file: placed.file))))
        }
        guard isWelcome(placed.file, of: placed.id) else { return }
        makeRoom(for: placed.file.size, replacing: placed.id.trial, placed.file.kind, unix: unix)
        publishing.insert(key)
        perform(.store(.adopt(placed.id, placed.file)))
    }

    func stored(_ kind: StoredFile.Kind, of trial: Int) -> StoredFile? {
        kind == .best ? state.trials[trial].best : state.trials[trial].last
    }

    /// Whether the file may be taken now; otherwise the worker is told what it needs, or will try again by itself.
    private func isWelcome(_ file: StoredFile, of id: AttemptID) -> Bool {
        let trial = state.trials[id.trial]
        // Epochs that the file knows of must be durable first: a trial that goes on from it has no others.
        guard file.epoch <= trial.history.count else { return false }
        // One that a newer has overtaken.
        if let stored = stored(file.kind, of: id.trial), file.epoch < stored.epoch {
            guard file.kind == .best, isInherited(stored, by: id) else { return false }
        }
        if file.kind == .last, let best = file.bestEpoch, trial.best?.epoch != best {
            perform(.tell(id, .received(Chunk(id: id, file: file, offset: 0))))
            return false
        }
        return true
    }

    /// Whether the epoch that the file was saved after is an earlier attempt's. Such a `best` gives way to the attempt's
    /// own: what a worker said of it may not be what stands in the `last` that others go on from.
    private func isInherited(_ file: StoredFile, by id: AttemptID) -> Bool {
        let history = state.trials[id.trial].history
        return history.indices.contains(file.epoch - 1) && history[file.epoch - 1].id.attempt < id.attempt
    }

    /// - Returns: why not; nil where it is served.
    func serve(_ fetch: WorkerMessage.Fetch, unix: Double) -> String? {
        let trial = state.trials[fetch.id.trial]
        if fetch.file == .best, trial.best == nil, let from = trial.from, let told = beginnings[trial.number],
            state.trials[from].best != told
        {
            perform(.tell(fetch.id, .abandon(fetch.id)))
            end(fetch.id, .undelivered, "the model to begin with has been replaced", unix: unix)
            return nil
        }
        // Before it has a checkpoint of its own, a trial fetches the model that it begins with.
        let source = fetch.file == .best && trial.best == nil ? trial.from ?? trial.number : trial.number
        guard let file = stored(fetch.file, of: source) else {
            // The coordinator before this one assigned it, and this one found it damaged.
            perform(.tell(fetch.id, .abandon(fetch.id)))
            end(fetch.id, .undelivered, "the checkpoint to go on from is not there any more", unix: unix)
            return nil
        }
        guard fetch.offset < file.size else {
            return "asks for byte \(fetch.offset) of a checkpoint that is not there"
        }
        perform(.store(.read(Chunk(id: fetch.id, file: file, offset: fetch.offset), ofTrial: source)))
        return nil
    }

    /// Whatever has arrived of an ended attempt's checkpoints is not needed any more.
    func discardUploads(of id: AttemptID) {
        var any = false
        for kind in StoredFile.Kind.allCases where uploads.removeValue(forKey: UploadKey(id: id, kind: kind)) != nil {
            any = true
        }
        if any { perform(.store(.discard(id))) }
    }

    // MARK: What the disk says

    /// The upload is in its place, durably.
    func uploadStored(_ id: AttemptID, _ file: StoredFile) {
        uploads[UploadKey(id: id, kind: file.kind)] = nil
        publishing.remove(UploadKey(id: id, kind: file.kind))
        // Its attempt has ended meanwhile, or its epochs are trained again: the records name what stood there before.
        guard isCurrent(id), file.epoch <= state.trials[id.trial].history.count else {
            return perform(.store(.undo(id, file)))
        }
        append(.fileStored(.init(id: id, file: file)))
        if file.kind == .best { perform(.storeWhenDurable(.settle(trial: id.trial))) }
        perform(.tell(id, .fileStored(.init(id: id, file: file))))
    }

    /// It was damaged on its way, and the worker begins again.
    func uploadRefused(_ id: AttemptID, _ file: StoredFile, reason: String) {
        uploadFailed(id, file)
        perform(.notify(.uploadRefused(id, reason: reason)))
        perform(.tell(id, .received(Chunk(id: id, file: file, offset: 0))))
    }

    /// The disk could not take it: the worker, unanswered, will send it again in its own time.
    func uploadFailed(_ id: AttemptID, _ file: StoredFile) {
        uploads[UploadKey(id: id, kind: file.kind)] = nil
        publishing.remove(UploadKey(id: id, kind: file.kind))
    }

    /// A checkpoint that was asked for cannot be read: the trial goes on from the one before it, or anew.
    func checkpointUnreadable(_ chunk: Chunk, unix: Double) {
        guard isCurrent(chunk.id) else { return }
        let trial = state.trials[chunk.id.trial]
        let source = chunk.file.kind == .best ? trial.from : trial.number
        guard let source, stored(chunk.file.kind, of: source) == chunk.file else { return }
        perform(.notify(.checkpointDamaged(trial: source, chunk.file)))
        perform(.tell(chunk.id, .abandon(chunk.id)))
        end(chunk.id, .undelivered, "the checkpoint to go on from is damaged", unix: unix)
        giveUp(chunk.file.kind, of: source, .damaged, unix: unix)
    }

    // MARK: The byte budget

    func giveUp(
        _ kind: StoredFile.Kind, of trial: Int, _ reason: JournalRecord.FileRemoved.Reason, unix: Double
    ) {
        append(.fileRemoved(.init(trial: trial, kind: kind, reason: reason, unix: unix)))
        perform(
            .storeWhenDurable(.remove(trial: trial, kind, restoresPrevious: stored(kind, of: trial) != nil)))
    }

    /// Gives up what a checkpoint of `size` bytes needs, where the study's checkpoints have a bound: the `last.h5` of
    /// finished trials, oldest first, where those are not their models, then the models, the worst points' first. What a
    /// trial needs to go on is kept, and so is the winner's model.
    func makeRoom(
        for size: Int, replacing trial: Int? = nil, _ kind: StoredFile.Kind = .last, unix: Double
    ) {
        guard let budget = settings.checkpointBudget else { return }
        // A new `last` leaves the one before it, and takes the place of the one before that.
        let old = trial.map { state.trials[$0] }
        let replaced = (kind == .best ? old?.best : old?.previousLast)?.size ?? 0
        while settings.model != .last, state.checkpointBytes - replaced + size > budget,
            let old = removable.popFirst(in: state)
        {
            giveUp(.last, of: old.number, .budget, unix: unix)
            perform(.notify(.checkpointRemoved(trial: old.number, .last, bytes: old.last?.size ?? 0)))
        }
        if state.checkpointBytes - replaced + size > budget, let terms = settings.terms {
            for old in models.worstFirst(settings.model, in: state, terms) {
                let bytes = stored(settings.model, of: old.number)?.size ?? 0
                giveUp(settings.model, of: old.number, .budget, unix: unix)
                perform(.notify(.checkpointRemoved(trial: old.number, settings.model, bytes: bytes)))
                if state.checkpointBytes - replaced + size <= budget { break }
            }
        }
        let bytes = state.checkpointBytes - replaced + size
        if bytes > budget, !budgetIsExceeded {
            perform(.notify(.checkpointBudgetExceeded(bytes: bytes, budget: budget)))
        }
        budgetIsExceeded = bytes > budget
    }
}
