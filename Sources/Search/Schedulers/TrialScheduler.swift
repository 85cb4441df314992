package import Experiments
package import Studies

/// Decides which trials go on: a function of the study's history alone, as a ``TrialSearch`` is.
///
/// Trials of one point, which differ in their seed, are compared as one, by their mean, and go on or end together.
package protocol TrialScheduler: Sendable {
    /// The next decision about trials that exist.
    ///
    /// - Parameters:
    ///   - history: all that has happened, with the decisions so far.
    ///   - hasFreeSlot: whether a worker waits for a trial.
    ///   - isExhausted: whether the search creates no further trial.
    /// - Returns: nil where there is nothing to decide now.
    mutating func next(_ history: StudyState, hasFreeSlot: Bool, isExhausted: Bool) -> ReasonedDecision?
}

/// A search whose trials a scheduler cuts short: where none is to go on, the search creates another.
package struct ScheduledSearch: TrialSearch {
    private var search: any TrialSearch
    private var scheduler: any TrialScheduler

    package init(_ search: any TrialSearch, scheduler: any TrialScheduler) {
        self.search = search
        self.scheduler = scheduler
    }

    package mutating func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision? {
        let isExhausted = search.remaining(history) == 0
        if let decision = scheduler.next(history, hasFreeSlot: hasFreeSlot, isExhausted: isExhausted) {
            return decision
        }
        // What the scheduler has let go on waits for the slot.
        return search.next(history, hasFreeSlot: hasFreeSlot && history.waiting.isEmpty)
    }

    package func remaining(_ history: StudyState) -> Int { search.remaining(history) }

    package func reopened(_ history: StudyState, epochs: Int) -> [Int] { search.reopened(history, epochs: epochs) }
}

/// Makes the search that an experiment asks for.
package enum StudySearch {
    /// - Parameters:
    ///   - plan: of the experiment.
    ///   - history: of the study so far.
    package static func search(of experiment: Experiment, _ plan: TrialPlan, after history: StudyState)
        -> any TrialSearch
    {
        let (description, terms) = (experiment.search, StudyTerms(experiment))
        let search: any TrialSearch =
            description.sampler == .tpe
            ? ModelSearch(description, seed: experiment.seed, terms: terms, after: history)
            : PlannedSearch(plan, sampler: description.sampler, after: history)
        if let rule = description.seedRule { return SeedSearch(search, rule, seed: experiment.seed, terms: terms) }
        return description.scheduler.map { ScheduledSearch(search, scheduler: scheduler($0, terms)) } ?? search
    }

    /// - Parameter terms: of the study.
    package static func scheduler(_ description: SchedulerDescription, _ terms: StudyTerms) -> any TrialScheduler {
        switch description {
        case .asha(let halving): RungScheduler(halving, isHyperband: false, terms: terms)
        case .hyperband(let halving): RungScheduler(halving, isHyperband: true, terms: terms)
        case .median(let median): MedianScheduler(median, terms: terms)
        case .firstEpochs(let first): RungScheduler(first, terms: terms)
        }
    }
}
