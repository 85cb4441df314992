internal import Experiments

/// All trials of a study, the best monitored value first; then those of another budget; those without a value last, in the
/// order of their numbers.
struct TrialRanking {
    struct Entry {
        /// Its place among the study's trials.
        let index: Int
        let best: (epoch: Int, value: Double)?
        /// Whether it was trained for another budget than the study's.
        let hasOtherBudget: Bool
    }

    let entries: [Entry]

    init(_ trials: [TrialState], _ terms: StudyTerms) {
        entries = trials.enumerated().map {
            Entry(
                index: $0, best: $1.selection(terms.rule), hasOtherBudget: $1.hasOtherBudget(than: terms.epochs))
        }.sorted { one, other in
            switch (one.best?.value, other.best?.value) {
            case (.some, .some) where one.hasOtherBudget != other.hasOtherBudget: other.hasOtherBudget
            case (let first?, let second?) where first != second: terms.rule.goal.prefers(first, over: second)
            case (.some, nil): true
            case (nil, .some): false
            default: one.index < other.index
            }
        }
    }
}
