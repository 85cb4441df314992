package import Coordinator
internal import Foundation
package import Studies
package import Logging
internal import Schema

/// An event's level, trial and metadata for the log.
extension CoordinatorEvent {
    package var logLevel: Logger.Level {
        switch self {
        case .progress: .trace
        case .workerJoined, .workerLeft, .trialStarted, .trialTakenOver, .epochFinished: .info
        case .trialFinished(let outcome): outcome.state == .failed ? .error : .info
        case .trialReturned(_, let reason, _): reason.isFailure ? .warning : .notice
        case .draining, .paused, .trialRetried, .workerBack, .diskRecovered, .spoolRecovered, .checkpointRemoved:
            .notice
        case .workerLost, .workerRefused, .workerSuspect, .hostDistrusted, .trialBegunAnew, .uploadRefused,
            .checkpointDamaged, .checkpointBudgetExceeded, .messageRefused, .cannotBeSteered, .logTrouble:
            .warning
        case .diskTrouble, .spoolTrouble: .error
        }
    }

    /// The number of its trial, if it concerns one.
    package var trial: Int? {
        switch self {
        case .trialStarted(let id, _, _), .trialTakenOver(let id, _), .trialBegunAnew(let id, _),
            .trialReturned(let id, _, _), .uploadRefused(let id, _):
            id.trial
        case .epochFinished(let result): result.id.trial
        case .trialFinished(let outcome): outcome.id.trial
        case .checkpointDamaged(let trial, _), .checkpointRemoved(let trial, _, _), .trialRetried(let trial): trial
        case .workerJoined, .workerLeft, .workerLost, .workerRefused, .workerSuspect, .workerBack, .hostDistrusted,
            .progress, .checkpointBudgetExceeded, .messageRefused, .paused, .diskTrouble, .diskRecovered, .draining,
            .cannotBeSteered, .logTrouble, .spoolTrouble, .spoolRecovered:
            nil
        }
    }

    package var logMetadata: Logger.Metadata {
        switch self {
        case .workerJoined(let worker, let host, let slots):
            ["worker": .string(worker), "host": .string(host), "slots": .stringConvertible(slots)]
        case .workerLeft(let worker), .workerBack(let worker): ["worker": .string(worker)]
        case .workerLost(let worker, let process):
            Self.metadata(of: process).merging(["worker": .string(worker)]) { $1 }
        case .trialRetried(let trial): ["trial": .stringConvertible(trial)]
        case .workerSuspect(let worker, let silent):
            ["worker": .string(worker), "silent_s": .string(String(format: "%.1f", silent))]
        case .hostDistrusted(let host, let failures):
            ["host": .string(host), "failures": .stringConvertible(failures)]
        case .trialBegunAnew(let id, let reason):
            id.logMetadata.merging(["reason": .string(reason)]) { $1 }
        case .checkpointDamaged(let trial, let file):
            [
                "trial": .stringConvertible(trial), "file": .string(file.kind.rawValue),
                "epoch": .stringConvertible(file.epoch),
            ]
        case .checkpointRemoved(let trial, let kind, let bytes):
            [
                "trial": .stringConvertible(trial), "file": .string(kind.rawValue), "bytes": .stringConvertible(bytes),
            ]
        case .checkpointBudgetExceeded(let bytes, let budget):
            ["bytes": .stringConvertible(bytes), "budget": .stringConvertible(budget)]
        case .paused(let isPaused): ["paused": .stringConvertible(isPaused)]
        case .diskRecovered: [:]
        case .trialTakenOver(let id, let worker): id.logMetadata.merging(["worker": .string(worker)]) { $1 }
        case .spoolTrouble(let worker, let reason): ["worker": .string(worker), "reason": .string(reason)]
        case .spoolRecovered(let worker): ["worker": .string(worker)]
        case .workerRefused(let worker, let reason): ["worker": .string(worker), "reason": .string(reason)]
        case .trialStarted(let id, let worker, let fromEpoch):
            id.logMetadata.merging(
                ["worker": .string(worker), "from_epoch": .stringConvertible(fromEpoch)]) { $1 }
        case .epochFinished(let result):
            result.id.logMetadata.merging(["epoch": .stringConvertible(result.epoch)]) { $1 }
        case .trialReturned(let id, let reason, let process):
            id.logMetadata.merging(["reason": .string(reason.rawValue)]) { $1 }
                .merging(Self.metadata(of: process)) { $1 }
        case .trialFinished(let outcome):
            outcome.id.logMetadata.merging(
                ["state": .string(outcome.state.rawValue), "epoch": .stringConvertible(outcome.stopEpoch)]) { $1 }
        case .uploadRefused(let id, let reason):
            id.logMetadata.merging(["reason": .string(reason)]) { $1 }
        case .messageRefused(let reason), .cannotBeSteered(let reason), .logTrouble(let reason),
            .diskTrouble(let reason):
            ["reason": .string(reason)]
        case .draining(let reason): ["reason": .string(reason.rawValue)]
        case .progress: [:]
        }
    }

    private static func metadata(of process: ProcessEnd?) -> Logger.Metadata {
        guard let process else { return [:] }
        guard let signal = process.signal else { return ["exit_code": .stringConvertible(process.exitCode ?? 0)] }
        return ["signal": .stringConvertible(signal), "memory_killer": .stringConvertible(process.isMemoryKill)]
    }
}

extension AttemptID {
    package var logMetadata: Logger.Metadata {
        ["trial": .stringConvertible(trial), "attempt": .stringConvertible(attempt)]
    }
}
