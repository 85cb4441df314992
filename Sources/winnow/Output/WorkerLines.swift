import Console
import Experiments
import Logging
import Wire
import Worker

/// A worker's events through swift-log.
struct WorkerLines {
    let logger: Logger

    func show(_ event: WorkerEvent) {
        logger.log(level: level(event), "\(words(event))", metadata: metadata(event))
    }

    private func level(_ event: WorkerEvent) -> Logger.Level {
        switch event {
        case .connected, .trialTaken, .trialFinished, .fetchingData: .info
        case .reconnected, .trialHandedBack, .trialRecalled, .draining, .spoolRecovered: .notice
        case .lost, .trialAbandoned, .spoolFull, .messageRefused: .warning
        case .refused: .error
        }
    }

    private func words(_ event: WorkerEvent) -> String {
        switch event {
        case .connected(let study, _): "connected to the coordinator of \(study)"
        case .lost: "the coordinator is not heard any more: training goes on, what comes out is kept until it is back"
        case .reconnected(_, let generation, let isNew):
            isNew ? "connected to the new coordinator (generation \(generation))" : "connected to the coordinator again"
        case .refused(let reason): "the coordinator refuses this worker: \(reason)"
        case .trialTaken(let id, let epoch):
            "trial \(id.trial) taken" + (epoch > 0 ? ", to go on after epoch \(epoch)" : "")
        case .trialFinished(let outcome):
            outcome.state == .completed
                ? "trial \(outcome.id.trial) done after epoch \(outcome.stopEpoch)"
                : "trial \(outcome.id.trial) failed: \(outcome.error ?? "no reason was given")"
        case .trialHandedBack(let id): "trial \(id.trial) saved and handed back"
        case .trialAbandoned(let id): "trial \(id.trial) abandoned: it is another worker's now"
        case .trialRecalled(let id): "trial \(id.trial) is to be saved and handed back: the study is paused"
        case .draining(.finished): "the study is finished"
        case .draining(.interrupted): "the coordinator is stopping: saving what is trained"
        case .fetchingData(_, let bytes): "the trial's data are not here: fetching them (\(bytes) bytes in all)"
        case .spoolFull(let reason):
            "the spool takes nothing more: \(reason); training goes on without new checkpoints: make room, "
                + "or choose another folder with --spool"
        case .spoolRecovered: "the spool takes checkpoints again"
        case .messageRefused(let reason): "a message was refused: \(reason)"
        }
    }

    private func metadata(_ event: WorkerEvent) -> Logger.Metadata {
        switch event {
        case .connected(let study, let generation), .reconnected(let study, let generation, _):
            ["study": .string(study), "generation": .stringConvertible(generation)]
        case .trialTaken(let id, let epoch):
            id.logMetadata.merging(["from_epoch": .stringConvertible(epoch)]) { $1 }
        case .trialFinished(let outcome):
            outcome.id.logMetadata.merging(["state": .string(outcome.state.rawValue)]) { $1 }
        case .trialHandedBack(let id), .trialAbandoned(let id), .trialRecalled(let id): id.logMetadata
        case .fetchingData(let digest, let bytes):
            ["data": .string(digest), "bytes": .stringConvertible(bytes)]
        case .spoolFull(let reason), .messageRefused(let reason): ["reason": .string(reason)]
        case .refused(let reason): ["reason": .string(reason)]
        case .draining(let reason): ["reason": .string(reason.rawValue)]
        case .lost, .spoolRecovered: [:]
        }
    }
}
