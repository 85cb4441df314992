extension StudyState {
    /// The trial that wins the study: of the completed ones, the one whose selected epoch has the best value; the
    /// lowest number of equals. Nil where no completed trial has a value.
    package func winner(_ rule: SelectionRule) -> TrialState? {
        var winner: (trial: TrialState, value: Double)?
        for trial in trials where trial.phase == .completed {
            guard let value = trial.selection(rule)?.value else { continue }
            if let best = winner?.value, !rule.goal.prefers(value, over: best) { continue }
            winner = (trial, value)
        }
        return winner?.trial
    }
}
