import Experiments
import Studies

/// A study of points with several seeds each, every trial with one epoch.
enum SampleArms {
    static let rule = SelectionRule(monitor: "validation_loss", goal: .minimize)
    static let terms = terms(.grid)

    static func terms(_ sampler: SearchDescription.Sampler, epochs: Int = 1, seeds: Int = 3) -> StudyTerms {
        StudyTerms(rule: rule, epochs: epochs, seeds: seeds, sampler: sampler)
    }

    /// - Parameters:
    ///   - values: test accuracies by point, then by replicate; nil is a trial that still runs, NaN one that failed.
    ///   - path: the key whose value is the point's number.
    static func state(_ values: [[Double?]], path: String = "model.dropout") throws -> StudyState {
        var state = StudyState()
        var number = 0
        for (point, replicates) in values.enumerated() {
            for (replicate, value) in replicates.enumerated() {
                let id = AttemptID(trial: number, attempt: 1)
                try state.apply(
                    .trialCreated(
                        .init(
                            trial: number, point: point, replicate: replicate, seed: UInt64(replicate),
                            assignment: [
                                .init(path: "optimizer.kind", value: .string("adam")),
                                .init(path: path, value: .double(Double(point) / 4)),
                            ])))
                try state.apply(.attemptStarted(.init(id: id, worker: "w", fromEpoch: 0, unix: 0)))
                try state.apply(
                    .epochFinished(
                        Row(
                            id: id, epoch: 1, metrics: ["validation_loss": 1 - (value ?? 0.5), "validation_odd": 7],
                            learningRate: 0.1, elapsedSeconds: Double(replicate + 1))))
                if let value {
                    let outcome =
                        value.isNaN
                        ? TrialOutcome(id: id, state: .failed, stopReason: .error, stopEpoch: 1, error: "NaN")
                        : TrialOutcome(
                            id: id, state: .completed, stopReason: .budget, stopEpoch: 1,
                            testMetrics: ["test_accuracy": value, "test_loss": 1 - value])
                    try state.apply(.trialFinished(.init(outcome: outcome, unix: 1)))
                }
                number += 1
            }
        }
        return state
    }
}
