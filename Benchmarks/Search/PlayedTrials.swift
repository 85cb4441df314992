import Experiments
import Studies

/// A study whose trials are played: what a worker would tell of them becomes records.
struct PlayedTrials {
    private(set) var state = StudyState()
    let rule: SelectionRule

    init(_ rule: SelectionRule) throws {
        self.rule = rule
        try state.apply(.studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)))
    }

    mutating func record(_ decision: Decision, reason: String = "") throws {
        try state.apply(.decided(.init(decision, reason: reason)))
    }

    mutating func begin(_ number: Int) throws {
        let trial = state.trials[number]
        let id = AttemptID(study: state.id, trial: number, attempt: trial.attempt + 1)
        try state.apply(.attemptStarted(.init(id: id, worker: "w", fromEpoch: trial.history.count, unix: 0)))
    }

    /// The monitored value of the trial's next epoch.
    mutating func finishEpoch(_ number: Int, value: Double) throws {
        let trial = state.trials[number]
        let isNamed = state.metrics.count == 0
        try state.apply(
            .epochFinished(
                Row(
                    id: trial.id, epoch: trial.history.count + 1, elapsedSeconds: 1, learningRate: nil,
                    metrics: isNamed ? [] : [0], values: isNamed ? [] : [value],
                    named: isNamed ? [rule.monitor: value] : [:])))
    }

    /// The trial is saved, and waits for a decision.
    mutating func pause(_ number: Int) throws {
        let trial = state.trials[number]
        let file = StoredFile(kind: .last, epoch: trial.history.count, size: 1, sha256: "")
        try state.apply(.fileStored(.init(id: trial.id, file: file)))
        try handBack(number)
    }

    mutating func handBack(_ number: Int) throws {
        try state.apply(.attemptEnded(.init(id: state.trials[number].id, reason: .handedBack, unix: 0)))
    }

    mutating func complete(_ number: Int) throws { try end(number, .completed, .budget) }

    mutating func prune(_ number: Int) throws { try end(number, .pruned, .decision) }

    private mutating func end(
        _ number: Int, _ end: TrialOutcome.State, _ reason: TrialOutcome.StopReason
    ) throws {
        let trial = state.trials[number]
        let outcome = TrialOutcome(id: trial.id, state: end, stopReason: reason, stopEpoch: trial.history.count)
        try state.apply(.trialFinished(.init(outcome: outcome, unix: 0)))
    }
}
