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
    var orphans: [AttemptID: Duration] = [:]
    /// Bytes received of each upload.
    var uploads: [UploadKey: Upload] = [:]
    /// Trials whose `last.h5` is not what the journal says, and is not used.
    var withoutCheckpoint: Set<Int>
    var draining: (reason: CoordinatorMessage.Drain.Reason, deadline: Duration)?
    var lastTick: Duration?
    var ended = false
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

    mutating func finishActions(_ body: (inout CoordinatorMachine) -> Void) -> [CoordinatorAction] {
        body(&self)
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    // MARK: The study

    func isCurrent(_ id: AttemptID) -> Bool {
        study.trials.indices.contains(id.trial) && study.trials[id.trial].phase == .running
            && study.trials[id.trial].attempt == id.attempt
    }

    mutating func append(_ record: JournalRecord) {
        do {
            try study.apply(record)
        } catch {
            preconditionFailure("the coordinator contradicts itself: \(error)")
        }
        actions.append(.append(record))
    }
}
