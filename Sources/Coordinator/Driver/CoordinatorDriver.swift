package import Experiments
package import StudyStore
package import Wire

/// Decides when things are made durable and when answers leave.
///
/// It hands messages to a ``CoordinatorMachine`` and performs its actions. Records of all messages that came together
/// are committed together, and only then are their senders answered. While the disk is in trouble nothing is
/// acknowledged or given out, and what can only be answered by a record is not taken at all: its sender repeats it.
package struct CoordinatorDriver<Disk: CoordinatorDisk, Link: CoordinatorLink> {
    package private(set) var machine: CoordinatorMachine
    package var disk: Disk
    package var link: Link
    /// How the coordinator ended; nil while it works.
    package private(set) var end: StudyEnd?
    private let waitsForDisk: Bool
    private let observe: (CoordinatorEvent, StudyState) -> Void
    /// What waits for the commit of the records before it.
    private var held: [Consequence] = []
    private var trouble: DiskTrouble?
    /// Checkpoints whose records are not durable yet.
    private var unsettled: Set<CheckpointKey> = []

    private struct CheckpointKey: Hashable {
        var trial: Int
        var kind: StoredFile.Kind
    }

    private enum Consequence {
        case send(CoordinatorMessage, PeerID)
        case remove(trial: Int, StoredFile.Kind, restoresPrevious: Bool)
        case finish(StudyEnd)
    }

    private struct DiskTrouble {
        /// When it is tried again, on the monotonic clock.
        var next: Duration
        /// How much room is needed for what failed; 0 where that was the journal alone.
        var bytes: Int
        /// The file that could not be written.
        var path: String
    }

    package init(
        machine: CoordinatorMachine, disk: Disk, link: Link, waitsForDisk: Bool,
        observe: @escaping (CoordinatorEvent, StudyState) -> Void
    ) {
        self.machine = machine
        self.disk = disk
        self.link = link
        self.waitsForDisk = waitsForDisk
        self.observe = observe
    }

    /// Whether the disk is in trouble.
    package var isWaitingForDisk: Bool { trouble != nil }

    // MARK: What happens

    /// The first call.
    ///
    /// - Throws: ``StudyStoreError``, as all of these do: what no waiting heals, or any failure of the disk where the
    ///   coordinator is told not to wait. What was acknowledged is durable in every case.
    package mutating func start(at now: Timestamp) throws(StudyStoreError) {
        try perform(machine.start(at: now), at: now)
        try commit(at: now)
    }

    /// Takes a message; it is answered by ``commit(at:)``, at the end of a batch.
    package mutating func receive(
        _ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Timestamp
    ) throws(StudyStoreError) {
        if trouble == nil || message.isTakenInTrouble {
            try perform(machine.receive(message, bytes: bytes, from: peer, at: now), at: now)
        } else if case .epochFinished(_, let heartbeat?) = message {
            try perform(machine.receive(.heartbeat(heartbeat), bytes: [], from: peer, at: now), at: now)
        }
    }

    package mutating func tick(at now: Timestamp) throws(StudyStoreError) {
        if let trouble, now.monotonic >= trouble.next {
            try recover(trouble, at: now)
        }
        try perform(machine.tick(at: now), at: now)
        try commit(at: now)
    }

    package mutating func interrupt(at now: Timestamp) throws(StudyStoreError) {
        try perform(machine.interrupt(at: now), at: now)
        try commit(at: now)
    }

    package mutating func setPaused(_ paused: Bool, at now: Timestamp) throws(StudyStoreError) {
        try perform(machine.setPaused(paused, at: now), at: now)
        try commit(at: now)
    }

    package mutating func workerIsGone(
        where matches: (String) -> Bool, isRevoked: Bool = false, process: ProcessEnd? = nil, at now: Timestamp
    ) throws(StudyStoreError) {
        try perform(machine.workerIsGone(where: matches, isRevoked: isRevoked, process: process, at: now), at: now)
        try commit(at: now)
    }

    /// - Returns: why not; nil where it was done.
    package mutating func retry(_ trials: [Int]?, at now: Timestamp) throws(StudyStoreError) -> String? {
        if let refusal = machine.refusalToRetry(trials) { return refusal }
        try perform(machine.retry(trials, at: now), at: now)
        try commit(at: now)
        return nil
    }

    package func status(at now: Timestamp) -> CoordinatorStatus { machine.status(at: now) }

    /// Tells the onlooker of what the machine does not see.
    package func notify(_ event: CoordinatorEvent) { observe(event, machine.study) }

    // MARK: Durability

    /// Makes everything appended so far durable, then does what depended on it.
    package mutating func commit(at now: Timestamp) throws(StudyStoreError) {
        guard trouble == nil else { return }
        do {
            try disk.commit()
        } catch {
            return try suffer(error, bytes: 0, at: now)
        }
        unsettled.removeAll(keepingCapacity: true)
        let due = held
        held.removeAll(keepingCapacity: true)
        for consequence in due {
            switch consequence {
            case .send(let message, let peer): link.send(message, bytes: [], to: peer)
            case .remove(let trial, let kind, let restores):
                disk.remove(trial: trial, kind, restoresPrevious: restores)
            case .finish(let end): self.end = end
            }
        }
    }

    /// The disk cannot take it now: all waits, or all ends.
    private mutating func suffer(_ error: StudyStoreError, bytes: Int, at now: Timestamp) throws(StudyStoreError) {
        guard waitsForDisk, error.isDiskTrouble else { throw error }
        let isNew = trouble == nil
        trouble = DiskTrouble(
            next: now.monotonic + .seconds(1), bytes: max(bytes, trouble?.bytes ?? 0),
            path: bytes > 0 ? error.path : trouble?.path ?? error.path)
        guard isNew else { return }
        // These claim nothing; without them the workers would give this coordinator up.
        let (free, bound) = (held.filter(isFree), held.filter { !isFree($0) })
        held = bound
        for case .send(let message, let peer) in free {
            link.send(message, bytes: [], to: peer)
        }
        observe(.diskTrouble(error.description), machine.study)
        try perform(machine.setDiskTrouble(error.description, at: now), at: now)
    }

    private mutating func recover(_ old: DiskTrouble, at now: Timestamp) throws(StudyStoreError) {
        do {
            try disk.probe(old.bytes, beside: old.path)
            try disk.commit()
        } catch {
            return try suffer(error, bytes: 0, at: now)
        }
        trouble = nil
        observe(.diskRecovered, machine.study)
        try commit(at: now)
        try perform(machine.setDiskTrouble(nil, at: now), at: now)
        try commit(at: now)
    }

    private func isFree(_ consequence: Consequence) -> Bool {
        if case .send(let message, _) = consequence { message.claimsNothing } else { false }
    }

    // MARK: Actions

    private mutating func perform(_ actions: [CoordinatorAction], at now: Timestamp) throws(StudyStoreError) {
        for action in actions {
            switch action {
            case .append(let record):
                try disk.append(record)
            case .send(let message, let peer):
                if trouble != nil, message.claimsNothing {
                    link.send(message, bytes: [], to: peer)
                } else {
                    held.append(.send(message, peer))
                }
            case .stage(let chunk, let bytes):
                try store(chunk.id, chunk.file, from: nil, at: now) { disk throws(StudyStoreError) in
                    try disk.stage(chunk, bytes)
                }
            case .publish(let chunk, let peer):
                try store(chunk.id, chunk.file, from: peer, at: now) { disk throws(StudyStoreError) in
                    try disk.publish(chunk.id, chunk.file)
                }
            case .adopt(let placed, let peer):
                try store(placed.id, placed.file, from: peer, at: now) { disk throws(StudyStoreError) in
                    try disk.adopt(placed.id, placed.file)
                }
            case .discardUploads(let id):
                disk.discard(id)
            case .remove(let trial, let kind, let restores):
                held.append(.remove(trial: trial, kind, restoresPrevious: restores))
            case .sendFile(let chunk, let peer):
                if let bytes = disk.read(chunk) {
                    link.send(.chunk(chunk), bytes: bytes, to: peer)
                } else {
                    try perform(machine.checkpointUnreadable(chunk, from: peer, at: now), at: now)
                }
            case .sendDataFiles(let digest, let offset, let peer):
                if let files = disk.dataFiles(digest, from: offset) {
                    link.send(.dataFiles(files), bytes: [], to: peer)
                }
            case .sendData(let chunk, let peer):
                if let bytes = disk.readData(chunk) {
                    link.send(.dataChunk(chunk), bytes: bytes, to: peer)
                }
            case .notify(let event):
                observe(event, machine.study)
            case .finish(let end):
                // Who is interrupted while the disk is full loses nothing that was acknowledged.
                if trouble != nil, end == .interrupted {
                    self.end = end
                } else {
                    held.append(.finish(end))
                }
            }
        }
    }

    /// Hands a checkpoint, or a piece of one, to the disk.
    ///
    /// - Parameter peer: who waits for the answer; nil for a piece, which the machine has answered already.
    private mutating func store(
        _ id: AttemptID, _ file: StoredFile, from peer: PeerID?, at now: Timestamp,
        _ body: (inout Disk) throws(StudyStoreError) -> Void
    ) throws(StudyStoreError) {
        let key = CheckpointKey(trial: id.trial, kind: file.kind)
        if peer != nil, unsettled.contains(key) {
            // The disk keeps one checkpoint besides the newest: the one that the durable records name.
            try commit(at: now)
            guard trouble == nil else { return try perform(machine.uploadFailed(id, file, at: now), at: now) }
        }
        do {
            try body(&disk)
            guard let peer else { return }
            unsettled.insert(key)
            try perform(machine.uploadStored(id, file, from: peer, at: now), at: now)
        } catch {
            guard error.code != .folderReplaced else { throw error }
            disk.discard(id)
            if error.systemError != nil {
                // What this coordinator cannot write says nothing of the checkpoint.
                try perform(machine.uploadFailed(id, file, at: now), at: now)
                try suffer(error, bytes: file.size, at: now)
            } else if let peer {
                let reason = error.description
                try perform(machine.uploadRefused(id, file, reason: reason, from: peer, at: now), at: now)
            } else {
                try perform(machine.uploadFailed(id, file, at: now), at: now)
            }
        }
    }
}

extension WorkerMessage {
    /// Whether it is taken while nothing can be made durable: what keeps a worker connected, and what takes a trial
    /// back, of which there is a bounded number. All else is repeated by its sender until it is acknowledged.
    fileprivate var isTakenInTrouble: Bool {
        switch self {
        case .hello, .heartbeat, .ready, .handBack, .goodbye, .fetch, .fetchData: true
        case .epochFinished, .upload, .placed, .finished: false
        }
    }
}

extension CoordinatorMessage {
    /// Whether it may leave before anything is durable.
    fileprivate var claimsNothing: Bool {
        switch self {
        case .welcome, .whoAreYou, .refused, .heartbeat, .received, .chunk, .dataFiles, .dataChunk: true
        case .drain(let drain): drain.reason == .interrupted
        case .assign, .epochStored, .fileStored, .outcomeStored, .abandon, .recall: false
        }
    }
}

/// Where a coordinator keeps what must outlive it, and reads what it serves.
package protocol CoordinatorDisk {
    /// Adds a record to those that the next ``commit()`` makes durable.
    mutating func append(_ record: JournalRecord) throws(StudyStoreError)
    /// Makes all appended records durable; where it throws, they stay appended and a later call tries them again.
    mutating func commit() throws(StudyStoreError)
    /// Adds a piece to an upload; offset 0 begins it anew.
    mutating func stage(_ chunk: Chunk, _ bytes: [UInt8]) throws(StudyStoreError)
    /// Verifies a whole upload and puts it in its place, durably. What stood there before stays readable until a record
    /// that names the new one is durable: between the two a crash may come.
    mutating func publish(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError)
    /// The same for a file that a worker has put into the study's folder.
    mutating func adopt(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError)
    /// Drops what was staged of an attempt's uploads.
    mutating func discard(_ id: AttemptID)
    /// - Parameter restoresPrevious: whether the checkpoint before it takes its place.
    mutating func remove(trial: Int, _ kind: StoredFile.Kind, restoresPrevious: Bool)
    /// A piece of a stored checkpoint; nil where it cannot be read, or is found to be damaged.
    func read(_ chunk: Chunk) -> [UInt8]?
    /// Whether there is room for so many bytes, and the right to write them, beside the file of this name.
    mutating func probe(_ bytes: Int, beside path: String) throws(StudyStoreError)
    /// As much of a data set's list as a message holds, from a place in it on; nil where nothing can be said yet.
    func dataFiles(_ digest: String, from offset: Int) -> CoordinatorMessage.DataFiles?
    func readData(_ chunk: CoordinatorMessage.DataChunk) -> [UInt8]?
}

/// The way to the workers. What cannot be sent is lost, and is nobody's fault: whoever misses it asks again.
package protocol CoordinatorLink {
    mutating func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID)
}
