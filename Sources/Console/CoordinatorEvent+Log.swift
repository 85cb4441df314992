package import Coordinator
package import Experiments
package import Logging
internal import Wire

/// What a log needs to know of an event beside its words.
extension CoordinatorEvent {
    package var logLevel: Logger.Level {
        switch self {
        case .progress: .trace
        case .workerJoined, .workerLeft, .trialStarted, .epochFinished: .info
        case .trialFinished(let outcome): outcome.state == .completed ? .info : .error
        case .trialReturned(_, let reason): reason.isFailure ? .warning : .notice
        case .draining: .notice
        case .workerLost, .workerRefused, .uploadRefused, .messageRefused, .cannotBeSteered, .logTrouble: .warning
        }
    }

    package var logMetadata: Logger.Metadata {
        switch self {
        case .workerJoined(let worker, let host, let slots):
            ["worker": .string(worker), "host": .string(host), "slots": .stringConvertible(slots)]
        case .workerLeft(let worker), .workerLost(let worker): ["worker": .string(worker)]
        case .workerRefused(let worker, let reason): ["worker": .string(worker), "reason": .string(reason)]
        case .trialStarted(let id, let worker, let fromEpoch):
            id.logMetadata.merging(
                ["worker": .string(worker), "from_epoch": .stringConvertible(fromEpoch)]) { $1 }
        case .epochFinished(let result):
            result.id.logMetadata.merging(["epoch": .stringConvertible(result.epoch)]) { $1 }
        case .trialReturned(let id, let reason):
            id.logMetadata.merging(["reason": .string(reason.rawValue)]) { $1 }
        case .trialFinished(let outcome):
            outcome.id.logMetadata.merging(
                ["state": .string(outcome.state.rawValue), "epoch": .stringConvertible(outcome.stopEpoch)]) { $1 }
        case .uploadRefused(let id, let reason):
            id.logMetadata.merging(["reason": .string(reason)]) { $1 }
        case .messageRefused(let reason), .cannotBeSteered(let reason), .logTrouble(let reason):
            ["reason": .string(reason)]
        case .draining(let reason): ["reason": .string(reason.rawValue)]
        case .progress: [:]
        }
    }
}

extension AttemptID {
    package var logMetadata: Logger.Metadata {
        ["trial": .stringConvertible(trial), "attempt": .stringConvertible(attempt)]
    }
}
