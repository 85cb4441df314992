package import Schema
package import Studies
package import StudyStore

/// Decides when things are made durable and when answers leave.
///
/// It hands messages to a ``CoordinatorMachine`` and performs its actions. Records of all messages that came together
/// are committed together, and only then are their senders answered. It never waits for checkpoints and data: those are
/// their study's storage executors' work, whose answers come back to ``receive(_:of:at:)``. While a study's disk is in
/// trouble nothing of it is acknowledged or given out, and what can only be answered by a record of it is not taken at
/// all: its sender repeats it.
package struct CoordinatorDriver<Disk: CoordinatorDisk, Link: CoordinatorLink> {
    package private(set) var machine: CoordinatorMachine
    package private(set) var disks: [StudyID: StudyKeeper<Disk>] = [:]
    package var link: Link
    /// How the coordinator ended; nil while it works.
    package private(set) var end: StudyEnd?
    private let waitsForDisk: Bool
    private let observe: (CoordinatorEvent, StudyState) -> Void
    /// What waits until the end of the batch, and claims nothing.
    private var free: [(message: CoordinatorMessage, peer: PeerID)] = []
    /// What claims something about all studies.
    private var last: [Consequence] = []

    private enum Consequence {
        case send(CoordinatorMessage, PeerID)
        case finish(StudyEnd)
    }

    package init(
        machine: CoordinatorMachine, disks: [StudyID: Disk], link: Link, waitsForDisk: Bool,
        observe: @escaping (CoordinatorEvent, StudyState) -> Void
    ) {
        self.machine = machine
        self.disks = disks.mapValues { StudyKeeper($0) }
        self.link = link
        self.waitsForDisk = waitsForDisk
        self.observe = observe
    }

    /// Whether any study's disk is in trouble.
    package var isWaitingForDisk: Bool { disks.values.contains { $0.trouble != nil } }

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
        let isInTrouble = message.study.flatMap { disks[$0]?.trouble } != nil
        if !isInTrouble || message.isTakenInTrouble {
            try perform(machine.receive(message, bytes: bytes, from: peer, at: now), at: now)
        } else if case .epochFinished(_, let heartbeat?) = message {
            try perform(machine.receive(.heartbeat(heartbeat), bytes: [], from: peer, at: now), at: now)
        }
    }

    /// Takes what a study's storage executors say.
    package mutating func receive(
        _ answer: StorageAnswer, of study: StudyID, at now: Timestamp
    ) throws(StudyStoreError) {
        switch answer {
        case .probed(let error):
            return try disks[study]?.trouble == nil ? () : probed(error, of: study, at: now)
        case .failed(_, let file, let error):
            guard error.code != .folderReplaced else { throw error }
            try perform(machine.receive(answer, of: study, at: now), at: now)
            // What this coordinator cannot write says nothing of the checkpoint.
            if error.systemError != nil { try suffer(error, bytes: file.size, of: study, at: now) }
        case .stored(let id, let file):
            disks[study]?.unsettled.insert(.init(trial: id.trial, kind: file.kind))
            try perform(machine.receive(answer, of: study, at: now), at: now)
        default:
            try perform(machine.receive(answer, of: study, at: now), at: now)
        }
    }

    package mutating func tick(at now: Timestamp) throws(StudyStoreError) {
        for study in machine.order {
            if let trouble = disks[study]?.trouble, now.monotonic >= trouble.next, !trouble.isProbed {
                try recover(trouble, of: study, at: now)
            }
        }
        try perform(machine.tick(at: now), at: now)
        try commit(at: now)
    }

    package mutating func interrupt(at now: Timestamp) throws(StudyStoreError) {
        try perform(machine.interrupt(at: now), at: now)
        try commit(at: now)
    }

    package mutating func setPaused(_ paused: Bool, _ study: StudyID, at now: Timestamp) throws(StudyStoreError) {
        try perform(machine.setPaused(paused, study, at: now), at: now)
        try commit(at: now)
    }

    package mutating func workerIsGone(
        where matches: (String) -> Bool, isRevoked: Bool = false, process: ProcessEnd? = nil, at now: Timestamp
    ) throws(StudyStoreError) {
        try perform(machine.workerIsGone(where: matches, isRevoked: isRevoked, process: process, at: now), at: now)
        try commit(at: now)
    }

    /// - Returns: why not; nil where it was done.
    package mutating func retry(
        _ trials: [Int]?, of study: StudyID, at now: Timestamp
    ) throws(StudyStoreError) -> String? {
        if let refusal = machine.refusalToRetry(trials, of: study) { return refusal }
        try perform(machine.retry(trials, of: study, at: now), at: now)
        try commit(at: now)
        return nil
    }

    package func status(of study: StudyID, at now: Timestamp) -> CoordinatorStatus {
        machine.status(of: study, at: now)
    }

    /// Tells the onlooker of what the machine does not see.
    package func notify(_ event: CoordinatorEvent) { observe(event, machine.study) }

    // MARK: Durability

    /// Makes everything appended so far durable, then does what depended on it.
    package mutating func commit(at now: Timestamp) throws(StudyStoreError) {
        let free = free
        self.free.removeAll(keepingCapacity: true)
        for (message, peer) in free { link.send(message, bytes: [], to: peer) }
        for study in machine.order { try commit(study, at: now) }
        guard !last.isEmpty, disks.values.allSatisfy({ $0.trouble == nil }) else { return }
        let due = last
        last.removeAll()
        for consequence in due {
            switch consequence {
            case .send(let message, let peer): link.send(message, bytes: [], to: peer)
            case .finish(let end): self.end = end
            }
        }
    }

    private mutating func commit(_ study: StudyID, at now: Timestamp) throws(StudyStoreError) {
        guard disks[study] != nil, disks[study]!.trouble == nil else { return }
        do {
            try disks[study]!.disk.commit()
        } catch {
            return try suffer(error, bytes: 0, of: study, at: now)
        }
        let settled = disks[study]!.takeSettled()
        // To acknowledge a row is to acknowledge those before it: of one attempt's, the newest is enough.
        var newest: [AttemptID: Int] = [:]
        for case .send(.epochStored(let stored), _) in settled {
            newest[stored.id] = max(newest[stored.id] ?? 0, stored.epoch)
        }
        for consequence in settled {
            switch consequence {
            case .send(.epochStored(let stored), _)
            where stored.epoch < newest[stored.id]! && stored.answers == nil && stored.metrics.isEmpty:
                break
            case .send(let message, let peer): link.send(message, bytes: [], to: peer)
            case .store(let work): disks[study]!.disk.perform(work)
            }
        }
    }

    /// The disk cannot take it now: all of the study waits, or all ends.
    private mutating func suffer(
        _ error: StudyStoreError, bytes: Int, of study: StudyID, at now: Timestamp
    ) throws(StudyStoreError) {
        guard waitsForDisk, error.isDiskTrouble else { throw error }
        let known = disks[study]!.trouble
        disks[study]!.trouble = .init(
            next: now.monotonic + .seconds(1), bytes: max(bytes, known?.bytes ?? 0),
            path: bytes > 0 ? error.path : known?.path ?? error.path)
        guard known == nil else { return }
        // These claim nothing; without them the workers would give this coordinator up.
        for case .send(let message, let peer) in disks[study]!.takeFree() {
            link.send(message, bytes: [], to: peer)
        }
        observe(.diskTrouble(error.description), machine.state(of: study) ?? StudyState())
        try perform(machine.setDiskTrouble(error.description, of: study, at: now), at: now)
    }

    private mutating func recover(
        _ trouble: StudyKeeper<Disk>.Trouble, of study: StudyID, at now: Timestamp
    ) throws(StudyStoreError) {
        guard trouble.bytes > 0 else { return try probed(nil, of: study, at: now) }
        disks[study]!.trouble!.isProbed = true
        disks[study]!.disk.perform(.probe(trouble.bytes, beside: trouble.path))
    }

    private mutating func probed(
        _ error: StudyStoreError?, of study: StudyID, at now: Timestamp
    ) throws(StudyStoreError) {
        do throws(StudyStoreError) {
            if let error { throw error }
            try disks[study]!.disk.commit()
        } catch {
            return try suffer(error, bytes: 0, of: study, at: now)
        }
        disks[study]!.trouble = nil
        observe(.diskRecovered, machine.state(of: study) ?? StudyState())
        try commit(at: now)
        try perform(machine.setDiskTrouble(nil, of: study, at: now), at: now)
        try commit(at: now)
    }

    // MARK: Actions

    private mutating func perform(_ actions: [CoordinatorAction], at now: Timestamp) throws(StudyStoreError) {
        for action in actions {
            switch action {
            case .append(let study, let record, let encoded): disks[study]!.disk.append(record, encoded: encoded)
            case .send(let message, let peer): send(message, to: peer)
            case .sendBytes(let message, let bytes, let peer): link.send(message, bytes: bytes, to: peer)
            case .store(let study, let work):
                try store(work, of: study, at: now)
            case .storeWhenDurable(let study, let work): disks[study]!.held.append(.store(work))
            case .notify(let study, let event):
                observe(event, study.flatMap { machine.state(of: $0) } ?? machine.study)
            case .finish(let end):
                // Who is interrupted while a disk is full loses nothing that was acknowledged.
                if isWaitingForDisk, end == .interrupted {
                    self.end = end
                } else {
                    last.append(.finish(end))
                }
            }
        }
    }

    private mutating func store(_ work: StorageWork, of study: StudyID, at now: Timestamp) throws(StudyStoreError) {
        if let (id, file) = work.published, disks[study]!.unsettled.contains(.init(trial: id.trial, kind: file.kind)) {
            // The disk keeps one checkpoint besides the newest: the one that the durable records name.
            try commit(study, at: now)
            guard disks[study]!.trouble == nil else {
                disks[study]!.disk.perform(.discard(id))
                return try perform(machine.uploadFailed(id, file, at: now), at: now)
            }
        }
        disks[study]!.disk.perform(work)
    }

    private mutating func send(_ message: CoordinatorMessage, to peer: PeerID) {
        guard let study = message.study, disks[study] != nil else {
            if message.claimsNothing { free.append((message, peer)) } else { last.append(.send(message, peer)) }
            return
        }
        if disks[study]!.trouble != nil, message.claimsNothing {
            link.send(message, bytes: [], to: peer)
        } else {
            disks[study]!.held.append(.send(message, peer))
        }
    }
}

/// A study's disk, and what waits for its commit.
package struct StudyKeeper<Disk: CoordinatorDisk> {
    package let disk: Disk
    /// What waits for the commit of the records before it.
    var held: [Consequence] = []
    var trouble: Trouble?
    /// Checkpoints whose records are not durable yet.
    var unsettled: Set<CheckpointKey> = []

    enum Consequence {
        case send(CoordinatorMessage, PeerID)
        case store(StorageWork)
    }

    struct Trouble {
        /// When it is tried again, on the monotonic clock.
        var next: Duration
        /// How much room is needed for what failed; 0 where that was the journal alone.
        var bytes: Int
        /// The file that could not be written.
        var path: String
        /// Whether the executor has been asked whether there is room.
        var isProbed = false
    }

    init(_ disk: Disk) {
        self.disk = disk
    }

    /// What may be done now that all records are durable.
    mutating func takeSettled() -> [Consequence] {
        unsettled.removeAll(keepingCapacity: true)
        defer { held.removeAll(keepingCapacity: true) }
        return held
    }

    /// What may be said though they are not.
    mutating func takeFree() -> [Consequence] {
        func isFree(_ consequence: Consequence) -> Bool {
            if case .send(let message, _) = consequence { message.claimsNothing } else { false }
        }
        let free = held.filter(isFree)
        held.removeAll(where: isFree)
        return free
    }
}

/// One of a trial's checkpoints.
struct CheckpointKey: Hashable {
    var trial: Int
    var kind: StoredFile.Kind
}

extension StorageWork {
    /// The checkpoint that it puts in its place; nil for all other work.
    fileprivate var published: (id: AttemptID, file: StoredFile)? {
        switch self {
        case .publish(let id, let file), .adopt(let id, let file): (id, file)
        default: nil
        }
    }
}

extension WorkerMessage {
    /// Whether it is taken while nothing can be made durable: what keeps a worker connected, and what takes a trial
    /// back, of which there is a bounded number. All else is repeated by its sender until it is acknowledged.
    fileprivate var isTakenInTrouble: Bool {
        switch self {
        case .hello, .heartbeat, .ready, .handBack, .goodbye, .fetch, .fetchData, .fetchExperiment: true
        case .epochFinished, .upload, .placed, .finished, .output, .programEnvironment: false
        }
    }
}

extension CoordinatorMessage {
    /// Whether it may leave before anything is durable.
    fileprivate var claimsNothing: Bool {
        switch self {
        case .welcome, .whoAreYou, .refused, .heartbeat, .experiment, .received, .chunk, .dataFiles, .dataChunk: true
        case .drain(let drain): drain.reason == .interrupted
        case .assign, .epochStored, .fileStored, .outcomeStored, .abandon, .recall, .prune: false
        }
    }
}

/// Where a coordinator keeps what of a study must outlive it, and reads what it serves.
///
/// It is shared by all who hold it: the records are the loop's own, all else is done by executors beside it.
package protocol CoordinatorDisk: AnyObject {
    /// Adds a record to those that the next ``commit()`` makes durable; `encoded` are its bytes where they are known.
    func append(_ record: JournalRecord, encoded: [UInt8])
    /// Makes all appended records durable; where it throws, they stay appended and a later call tries them again.
    func commit() throws(StudyStoreError)
    /// Hands work to an executor, which never keeps the caller waiting and answers in the order in which it was asked.
    func perform(_ work: StorageWork)
}

/// The way to the workers. What cannot be sent is lost, and is nobody's fault: whoever misses it asks again.
package protocol CoordinatorLink {
    mutating func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID)
}
