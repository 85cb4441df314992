import Coordinator
import Experiments
import StudyStore
import Wire

/// Imitates a mistake between the network and a coordinator that does not have it.
final class BugFilter {
    typealias Driver = CoordinatorDriver<SimulatedDisk, SimulatedLink>

    private let bug: PlantedBug
    /// Who was given each trial's newest attempt.
    private var owners: [Int: (id: AttemptID, peer: PeerID)] = [:]
    private var names: [PeerID: String] = [:]
    /// The newest checkpoint of which anything has arrived.
    private var arriving: [Int: StoredFile] = [:]

    init(_ bug: PlantedBug) {
        self.bug = bug
    }

    func receive(
        _ message: WorkerMessage, _ bytes: [UInt8], from peer: PeerID, by driver: inout Driver, on disk: SimulatedDisk,
        at now: Timestamp
    ) throws(StudyStoreError) {
        if case .hello(let hello) = message { names[peer] = hello.worker }
        var (message, peer) = (message, peer)
        switch (bug, message) {
        case (.noFencing, .epochFinished(var result, _)):
            guard let owner = owners[result.id.trial], result.id.attempt < owner.id.attempt else { break }
            (result.id, peer) = (owner.id, owner.peer)
            // Without the heartbeat, which is not the owner's.
            message = .epochFinished(result)
        case (.oldAttemptsCheckpointIsTaken, .upload(var chunk)):
            guard let owner = owners[chunk.id.trial], chunk.id.attempt < owner.id.attempt else { break }
            (chunk.id, peer) = (owner.id, owner.peer)
            message = .upload(chunk)
        case (.epochsAreRecordedTwice, .epochFinished(let result, _)):
            guard driver.machine.study.trials.indices.contains(result.id.trial) else { break }
            let trial = driver.machine.study.trials[result.id.trial]
            if trial.id == result.id, trial.phase == .running, (1...).contains(result.epoch),
                result.epoch <= trial.history.count
            {
                try driver.disk.append(.epochFinished(result))
            }
        case (.gapIsAccepted, .epochFinished(var result, let heartbeat)):
            guard driver.machine.study.trials.indices.contains(result.id.trial) else { break }
            let trial = driver.machine.study.trials[result.id.trial]
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
        case (.resumesFromWhatWasNotAcknowledged, .upload(let chunk)) where chunk.file.kind == .last:
            arriving[chunk.id.trial] = chunk.file
        default: break
        }
        try driver.receive(message, bytes: bytes, from: peer, at: now)
    }

    func send(_ message: CoordinatorMessage, to peer: PeerID, on disk: SimulatedDisk) -> CoordinatorMessage {
        guard case .assign(var assign) = message else { return message }
        owners[assign.id.trial] = (assign.id, peer)
        if bug == .resumesFromWhatWasNotAcknowledged { assign.resume = arriving[assign.id.trial] ?? assign.resume }
        return .assign(assign)
    }
}
