import Charts
import Console
import Coordinator
import Experiments
import Studies
import Schema

/// The text of a study's events.
struct EventText {
    private let experiment: Experiment

    init(_ experiment: Experiment) { self.experiment = experiment }

    /// One line; nil for events without one.
    func line(for event: CoordinatorEvent, _ context: EventContext) -> String? {
        switch event {
        case .workerJoined(let worker, _, let slots):
            "worker \(worker) joined with \(slots) slot\(slots == 1 ? "" : "s")"
        case .workerLeft(let worker):
            "worker \(worker) left"
        case .workerLost(let worker, let process):
            "worker \(worker) is lost\(process.map { " (\($0.description))" } ?? ""); its trials go to others"
        case .trialRetried(let trial):
            "trial \(trial) is let try again"
        case .workerRefused(let worker, let reason):
            "worker \(worker) refused: \(reason)"
        case .workerSuspect(let worker, let silent):
            "worker \(worker) has not been heard for \(Figure.duration(silent)): it is given nothing new"
        case .workerBack(let worker):
            "worker \(worker) is heard again"
        case .cannotBeSteered(let reason):
            "\(reason); winnow status, pause and stop cannot reach this study"
        case .logTrouble(let reason):
            "lines of trials' logs are left out: \(reason)"
        case .trialStarted(let id, let worker, let fromEpoch):
            started(id, context.trial, worker: worker, fromEpoch: fromEpoch)
        case .trialTakenOver(let id, _):
            "trial \(id.trial) goes on from what its last worker has left on that machine"
        case .epochFinished(let result):
            "trial \(result.id.trial): epoch \(result.epoch)\(experiment.train.epochs.map { "/\($0)" } ?? "") \(metrics(result.metrics.asDictionary))"
        case .progress:
            nil
        case .trialReturned(let id, let reason, let process):
            "trial \(id.trial) returned: \(words(reason))\(process.map { " (\($0.description))" } ?? "")"
        case .trialFinished(let outcome):
            "trial \(outcome.id.trial) \(end(outcome, context.trial)) [\(context.over)/\(context.count)]"
        case .uploadRefused(let id, let reason):
            "trial \(id.trial): a checkpoint was refused: \(reason)"
        case .hostDistrusted(let host, let failures):
            "host \(host) gets no more trials while others work: it lost \(failures) in a row"
        case .trialBegunAnew(let id, let reason):
            "trial \(id.trial) begins anew: \(reason)"
        case .checkpointDamaged(let trial, let file):
            "trial \(trial): \(file.kind.rawValue).h5 of epoch \(file.epoch) is damaged; the trial goes on without it"
        case .checkpointRemoved(let trial, let kind, let bytes):
            "trial \(trial): \(kind.rawValue).h5 (\(bytes) bytes) was removed to keep to the checkpoints' budget; "
                + (kind == .last
                    ? "going on with this trial would train it anew"
                    : "its results stay, and only training it anew brings its model back")
        case .checkpointBudgetExceeded(let bytes, let budget):
            "checkpoints take \(bytes) bytes, above the budget of \(budget), and none of them may be removed"
        case .paused(let isPaused):
            isPaused ? "paused: workers save what they train; to go on: winnow unpause" : "unpaused: going on"
        case .diskTrouble(let reason):
            "\(reason): nothing is acknowledged until this passes; make room, and the study goes on by itself"
        case .diskRecovered:
            "the disk takes records again: going on"
        case .spoolTrouble(let worker, let reason):
            "the spool of worker \(worker) takes nothing more: \(reason): what it trains is not saved, and its trials wait "
                + "at their end; make room, and they go on by themselves"
        case .spoolRecovered(let worker):
            "the spool of worker \(worker) takes checkpoints again"
        case .messageRefused(let reason):
            "a message was refused: \(reason)"
        case .draining(let reason):
            reason == .interrupted ? "stopping: workers save what they train" : nil
        }
    }

    private func started(_ id: AttemptID, _ trial: TrialState?, worker: String, fromEpoch: Int) -> String {
        let parameters = trial.map { $0.assignment.elements.isEmpty ? "" : ": \($0.assignment)" } ?? ""
        let start = fromEpoch > 0 ? " again from epoch \(fromEpoch + 1)" : ""
        return "trial \(id.trial) started\(start) on \(worker)\(parameters)"
    }

    private func end(_ outcome: TrialOutcome, _ trial: TrialState?) -> String {
        if outcome.state == .failed { return "failed: \(outcome.error ?? "")" }
        if outcome.state == .pruned { return "ended by the search after epoch \(outcome.stopEpoch)" }
        let done = "done after epoch \(outcome.stopEpoch)"
        guard let best = trial?.selection(experiment.train.select) else {
            return "\(done), but no epoch has a finite \(experiment.train.select.monitor)"
        }
        let kept = "kept epoch \(best.epoch) (\(experiment.train.select.monitor) \(Numeral.metric(best.value)))"
        return "\(done), \(kept)" + (outcome.testMetrics.isEmpty ? "" : ", \(metrics(outcome.testMetrics))")
    }

    private func metrics(_ metrics: [String: Double]) -> String { Headlines.text(metrics) }

    private func words(_ reason: JournalRecord.AttemptEnded.Reason) -> String {
        switch reason {
        case .lost: "its worker was lost"
        case .hung: "it made no progress"
        case .undelivered: "it never reached its worker"
        case .handedBack: "its worker saved it and gave it back"
        case .orphaned: "its worker did not come back"
        case .revoked: "its worker's key was revoked"
        }
    }
}

/// The metrics that lines and tables show; the others are in `winnow show`, the report, and `--json`.
enum Headlines {
    /// Means of a confusion matrix that add little to accuracy and macro F1, the plain losses, which usually equal the
    /// loss, and what only some studies look at.
    private static let details = [
        "_macro_precision", "_macro_recall", "_weighted_precision", "_weighted_recall", "_weighted_f1",
        "_cross_entropy", "_mean_squared_error", "_balanced_accuracy", "_auroc", "_average_precision", "_top5_accuracy",
        "_calibration_error", "_mean_absolute_error", "_mean_absolute_error_original", "_rmsle", "train_accuracy",
    ]

    static func isHeadline(_ name: String) -> Bool { !details.contains { name.hasSuffix($0) } }

    /// `test_accuracy 0.977 test_loss 0.09215`, by name.
    static func text(_ metrics: [String: Double], separator: String = " ") -> String {
        metrics.lazy.filter { isHeadline($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key) \(Numeral.metric($0.value))" }.joined(separator: separator)
    }
}
