import Experiments
import Studies

/// Records of a small study: two trials, one of which loses its worker, goes on from its first epoch and completes,
/// while the other fails.
enum SampleStudy {
    static let terms = StudyTerms(
        rule: SelectionRule(monitor: "validation_loss", goal: .minimize), epochs: 9, seeds: 1, sampler: .grid)
    static let rate = "optimizer.learning_rate"
    static let kind = "optimizer.kind"

    static let records: [JournalRecord] = [
        .studyCreated(.init(identity: "digits", dataDigest: "ab12", program: "winnow 1", unix: 1_700_000_000)),
        created(0, seed: .max, rate: 0.001, kind: "adam"),
        created(1, seed: 7, rate: 0.1, kind: "sgd"),
        started(0, attempt: 1, from: 0, unix: 1_700_000_001),
        epoch(0, attempt: 1, 1, loss: 0.5),
        stored(0, attempt: 1, .best, epoch: 1),
        stored(0, attempt: 1, .last, epoch: 1),
        epoch(0, attempt: 1, 2, loss: 0.1),
        .attemptEnded(.init(id: AttemptID(trial: 0, attempt: 1), reason: .lost, unix: 1_700_000_005)),
        started(0, attempt: 2, from: 1, unix: 1_700_000_006),
        epoch(0, attempt: 2, 2, loss: 0.25),
        stored(0, attempt: 2, .best, epoch: 2),
        epoch(0, attempt: 2, 3, loss: 0.75),
        .trialFinished(
            .init(
                outcome: TrialOutcome(
                    id: AttemptID(trial: 0, attempt: 2), state: .completed, stopReason: .earlyStopping, stopEpoch: 3,
                    testMetrics: ["test_loss": 0.375]),
                unix: 1_700_000_011.5)),
        started(1, attempt: 1, from: 0, unix: 1_700_000_012),
        .trialFinished(
            .init(
                outcome: TrialOutcome(
                    id: AttemptID(trial: 1, attempt: 1), state: .failed, stopReason: .error, stopEpoch: 1,
                    error: "the loss is NaN in epoch 1 – größer als alles"),
                unix: 1_700_000_013)),
    ]

    static func created(_ trial: Int, seed: UInt64, rate: Double, kind: String) -> JournalRecord {
        .trialCreated(
            .init(
                trial: trial, point: trial, replicate: 0, seed: seed,
                assignment: [
                    .init(path: SampleStudy.rate, value: .double(rate)),
                    .init(path: SampleStudy.kind, value: .string(kind)),
                ]))
    }

    static func started(_ trial: Int, attempt: Int, from epoch: Int, unix: Double) -> JournalRecord {
        .attemptStarted(
            .init(
                id: AttemptID(trial: trial, attempt: attempt), worker: "w\(attempt)", fromEpoch: epoch, unix: unix))
    }

    static func epoch(_ trial: Int, attempt: Int, _ epoch: Int, loss: Double) -> JournalRecord {
        .epochFinished(
            Row(
                id: AttemptID(trial: trial, attempt: attempt), epoch: epoch,
                metrics: ["train_loss": loss * 2, "validation_loss": loss], learningRate: 0.001,
                elapsedSeconds: Double(epoch) * 1.5))
    }

    static func stored(_ trial: Int, attempt: Int, _ kind: StoredFile.Kind, epoch: Int) -> JournalRecord {
        .fileStored(
            .init(
                id: AttemptID(trial: trial, attempt: attempt),
                file: StoredFile(kind: kind, epoch: epoch, size: 100, sha256: "00")))
    }
}
