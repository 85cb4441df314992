import Coordinator
import Experiments
import Studies
import StudyStore
import Schema

/// Imitates a mistake between the network and a coordinator that does not have it.
final class BugFilter {
    typealias Driver = CoordinatorDriver<SimulatedDisk, SimulatedLink>

    private let bug: PlantedBug
    /// Who was given each trial's newest attempt.
    private var owners: [TrialKey: (id: AttemptID, peer: PeerID)] = [:]
    private var names: [PeerID: String] = [:]
    /// The newest checkpoint of which anything has arrived.
    private var arriving: [TrialKey: StoredFile] = [:]

    init(_ bug: PlantedBug) {
        self.bug = bug
    }

    func receive(
        _ message: WorkerMessage, _ bytes: [UInt8], from peer: PeerID, by driver: inout Driver, at now: Timestamp
    ) throws(StudyStoreError) {
        if case .hello(let hello) = message { names[peer] = hello.worker }
        let original = message
        var (message, peer) = (message, peer)
        switch (bug, message) {
        case (.noFencing, .epochFinished(var result, _)):
            guard let owner = owners[TrialKey(result.id)], result.id.attempt < owner.id.attempt else { break }
            (result.id, peer) = (owner.id, owner.peer)
            // Without the heartbeat, which is not the owner's.
            message = .epochFinished(result)
        case (.oldAttemptsCheckpointIsTaken, .upload(var chunk)):
            guard let owner = owners[TrialKey(chunk.id)], chunk.id.attempt < owner.id.attempt else { break }
            (chunk.id, peer) = (owner.id, owner.peer)
            message = .upload(chunk)
        case (.epochsAreRecordedTwice, .epochFinished(let result, _)):
            guard let trial = driver.trial(result.id) else { break }
            if trial.id == result.id, trial.phase == .running, (1...).contains(result.epoch),
                result.epoch <= trial.history.count
            {
                driver.disks[result.id.study]!.disk.append(.epochFinished(result), encoded: [])
            }
        case (.gapIsAccepted, .epochFinished(var result, let heartbeat)):
            guard let trial = driver.trial(result.id) else { break }
            result.epoch = min(result.epoch, trial.history.count + 1)
            message = .epochFinished(result, heartbeat: heartbeat)
        case (.heartbeatsRenewNoLease, .heartbeat(let heartbeat)):
            let answer = CoordinatorMessage.Heartbeat(generation: 1, answers: heartbeat.sequence)
            return driver.link.send(.heartbeat(answer), bytes: [], to: peer)
        case (.heartbeatsRenewNoLease, .epochFinished(let result, let heartbeat?)):
            let answer = CoordinatorMessage.Heartbeat(generation: 1, answers: heartbeat.sequence)
            driver.link.send(.heartbeat(answer), bytes: [], to: peer)
            message = .epochFinished(result)
        case (.lastIsTakenWithoutItsBest, .upload(var chunk)):
            if chunk.file.kind == .best {
                // It looks as if it were durable, and is not.
                return driver.link.send(.fileStored(.init(id: chunk.id, file: chunk.file)), bytes: [], to: peer)
            }
            chunk.file.bestEpoch = nil
            message = .upload(chunk)
        case (.handBackCountsAsFailure, .handBack):
            let name = names[peer]
            return try driver.workerIsGone(where: { $0 == name }, at: now)
        case (.studiesAreMixedUp, .epochFinished(var result, let heartbeat)):
            let own = result.id.study
            for study in driver.machine.order where study != own {
                result.id.study = study
                guard let trial = driver.trial(result.id), trial.id == result.id, trial.phase == .running else {
                    continue
                }
                guard owners[TrialKey(result.id)]?.peer == peer else { continue }
                message = .epochFinished(result, heartbeat: heartbeat)
                break
            }
        case (.resumesFromWhatWasNotAcknowledged, .upload(let chunk)) where chunk.file.kind == .last:
            arriving[TrialKey(chunk.id)] = chunk.file
        default: break
        }
        // What was changed has no bytes yet.
        try driver.receive(message, bytes: message == original ? bytes : [], from: peer, at: now)
    }

    func send(_ message: CoordinatorMessage, to peer: PeerID) -> CoordinatorMessage {
        guard case .assign(var assign) = message else { return message }
        owners[TrialKey(assign.id)] = (assign.id, peer)
        if bug == .resumesFromWhatWasNotAcknowledged { assign.resume = arriving[TrialKey(assign.id)] ?? assign.resume }
        if bug == .pauseIsForgotten { assign.pauseAfter = nil }
        return .assign(assign)
    }
}

extension CoordinatorDriver {
    fileprivate func trial(_ id: AttemptID) -> TrialState? {
        guard let trials = machine.state(of: id.study)?.trials, trials.indices.contains(id.trial) else { return nil }
        return trials[id.trial]
    }
}
