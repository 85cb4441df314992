import Experiments
import Studies

extension JournalRecord {
    static let study = JournalRecord.studyCreated(
        .init(identity: "digits", dataDigest: "ab12", program: "winnow 1", unix: 0))

    static func trial(_ number: Int) -> JournalRecord {
        .trialCreated(
            .init(
                trial: number, point: number, replicate: 0, seed: .max,
                assignment: [.init(path: "optimizer.learning_rate", value: .double(0.1))]))
    }

    static func start(_ id: AttemptID, from epoch: Int = 0, unix: Double = 0) -> JournalRecord {
        .attemptStarted(.init(id: id, worker: "w\(id.attempt)", fromEpoch: epoch, unix: unix))
    }

    static func epoch(_ id: AttemptID, _ epoch: Int, loss: Double) -> JournalRecord {
        .epochFinished(
            Row(
                id: id, epoch: epoch, metrics: ["validation_loss": loss], learningRate: 0.1, elapsedSeconds: 1))
    }

    static func store(_ id: AttemptID, _ kind: StoredFile.Kind, epoch: Int) -> JournalRecord {
        .fileStored(.init(id: id, file: StoredFile(kind: kind, epoch: epoch, size: 1, sha256: "00")))
    }

    static func end(_ id: AttemptID, _ reason: AttemptEnded.Reason) -> JournalRecord {
        .attemptEnded(.init(id: id, reason: reason, unix: 1))
    }

    static func finish(_ id: AttemptID, _ outcome: TrialOutcome.State, unix: Double = 2) -> JournalRecord {
        .trialFinished(
            .init(
                outcome: TrialOutcome(
                    id: id, state: outcome, stopReason: outcome == .completed ? .budget : .error, stopEpoch: 1),
                unix: unix))
    }

    static func retry(_ trial: Int) -> JournalRecord {
        .trialRetried(.init(trial: trial, unix: 3))
    }

    static func reopen(_ trial: Int) -> JournalRecord {
        .trialReopened(.init(trial: trial, unix: 3))
    }
}

extension StudyState {
    init(summing records: [JournalRecord]) throws {
        self.init()
        for record in records { try apply(record) }
    }
}

extension TrialState {
    /// A trial to which nothing has happened yet.
    static func fresh(_ number: Int) -> TrialState {
        var state = StudyState()
        for earlier in 0...number { try? state.apply(.trial(earlier)) }
        return state.trials[number]
    }
}
