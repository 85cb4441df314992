package import Experiments

/// The lines of a trial's `log.txt`.
package enum TrialLogLine {
    /// The trial that a record is about; nil for those about the whole study, and for those that have no line.
    static func trial(of record: JournalRecord) -> Int? {
        switch record {
        case .attemptStarted(let body): body.id.trial
        case .epochFinished(let body): body.id.trial
        case .fileStored(let body): body.id.trial
        case .fileRemoved(let body): body.trial
        case .attemptEnded(let body): body.id.trial
        case .trialFinished(let body): body.outcome.id.trial
        case .trialReopened(let body): body.trial
        case .trialRetried(let body): body.trial
        case .trialCreated, .studyCreated, .workerJoined, .coordinatorStarted, .studyPaused: nil
        }
    }

    /// - Parameter unix: seconds since 1970, for records that have no time of their own.
    package static func text(_ record: JournalRecord, unix: Double) -> String {
        "\(UTCTime.text(unix)) \(oneLine(words(record)))"
    }

    /// What workers say of their errors may hold anything.
    private static func oneLine(_ text: String) -> String {
        let isClean = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
        return isClean
            ? text : String(text.map { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } ? $0 : " " })
    }

    private static func words(_ record: JournalRecord) -> String {
        switch record {
        case .attemptStarted(let body):
            let place =
                body.fromEpoch > 0
                ? "goes on after epoch \(body.fromEpoch), from its checkpoint" : "begins at epoch 1"
            return "attempt \(body.id.attempt) on \(body.worker) \(place)"
        case .epochFinished(let body):
            return "epoch \(body.epoch): \(metrics(body.metrics)) learning_rate \(body.learningRate) "
                + "elapsed_s \((body.elapsedSeconds * 1000).rounded() / 1000)"
        case .fileStored(let body):
            return "\(body.file.kind.rawValue).h5 of epoch \(body.file.epoch) is stored (\(body.file.size) bytes)"
        case .fileRemoved(let body):
            return "\(body.kind.rawValue).h5 is removed: \(words(body.reason))"
        case .attemptEnded(let body):
            return "attempt \(body.id.attempt) ends (\(body.reason.rawValue)): \(body.detail ?? body.reason.sentence)"
        case .trialFinished(let body):
            return finished(body.outcome)
        case .trialReopened:
            return "goes on: the experiment now asks for more epochs"
        case .trialRetried:
            return "is let try again: winnow retry"
        case .trialCreated, .studyCreated, .workerJoined, .coordinatorStarted, .studyPaused:
            return ""
        }
    }

    private static func words(_ reason: JournalRecord.FileRemoved.Reason?) -> String {
        switch reason {
        case .budget: "the checkpoints' budget is used up"
        case .damaged: "it is missing, or damaged"
        case .finished: "the trial is completed, and checkpoint.keep_last is not set"
        case nil: "it was given up"
        }
    }

    private static func finished(_ outcome: TrialOutcome) -> String {
        if outcome.state == .failed {
            return "failed after epoch \(outcome.stopEpoch): \(outcome.error ?? "no reason was given")"
        }
        let why = outcome.stopReason == .earlyStopping ? "early stopping" : "the budget"
        let test = outcome.testMetrics.isEmpty ? "" : ": \(metrics(outcome.testMetrics))"
        return "completed after epoch \(outcome.stopEpoch) (\(why))\(test)"
    }

    private static func metrics(_ metrics: [String: Double]) -> String {
        metrics.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
    }
}

extension JournalRecord.AttemptEnded.Reason {
    /// Why the attempt is over, for a person.
    package var sentence: String {
        switch self {
        case .lost: "its worker was lost"
        case .hung: "it made no progress"
        case .undelivered: "it never reached its worker"
        case .handedBack: "its worker saved it and gave it back"
        case .orphaned: "its worker did not come back to the new coordinator"
        case .revoked: "its worker's key was revoked"
        }
    }
}
