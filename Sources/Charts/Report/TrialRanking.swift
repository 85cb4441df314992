internal import Experiments

/// All trials of a study, the best monitored value first; those without one last, in the order of their numbers.
struct TrialRanking {
    struct Entry {
        /// Its place among the study's trials.
        let index: Int
        let best: (epoch: Int, value: Double)?
    }

    let entries: [Entry]

    init(_ trials: [TrialState], _ rule: SelectionRule) {
        entries = trials.enumerated().map { Entry(index: $0, best: $1.selection(rule)) }.sorted { one, other in
            switch (one.best?.value, other.best?.value) {
            case (let first?, let second?) where first != second: rule.goal.prefers(first, over: second)
            case (.some, nil): true
            case (nil, .some): false
            default: one.index < other.index
            }
        }
    }
}
