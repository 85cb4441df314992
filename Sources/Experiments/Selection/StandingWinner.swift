/// A study's winner while its trials end one by one: ``StudyState/winner(_:)`` without a look at every trial.
package struct StandingWinner: Sendable {
    private let rule: SelectionRule
    /// The trial that leads, and its selected value.
    package private(set) var best: (trial: Int, value: Double)?

    /// Looks at every trial, once.
    package init(_ rule: SelectionRule, _ study: StudyState) {
        self.rule = rule
        for trial in study.trials { add(trial) }
    }

    /// Takes a trial that has ended; one that has not been completed changes nothing.
    package mutating func add(_ trial: TrialState) {
        guard trial.phase == .completed, let value = trial.selection(rule)?.value else { return }
        if let best {
            let isBetter = rule.goal.prefers(value, over: best.value)
            guard isBetter || (value == best.value && trial.number < best.trial) else { return }
        }
        best = (trial.number, value)
    }
}
