package import Experiments
package import Studies

/// A search whose points are given seeds until it is known how they compare: after the first seeds of all points, whichever
/// still has no answer, and the one that it is compared with, get another seed, the one with the fewest first.
///
/// An answer is that of ``SequentialComparison`` to the monitored value, so that it may be asked after every trial. A worker
/// that is free is given the next seed before the last one has an answer.
package struct SeedSearch: TrialSearch {
    private struct Point {
        let number: Int
        let assignment: Assignment
        var trials: [Int] = []
    }

    private var search: any TrialSearch
    private let rule: SeedRule
    private let terms: StudyTerms
    private let seed: UInt64
    /// In the order of their first trials.
    private var points: [Point] = []
    private var places: [Int: Int] = [:]
    /// Trials of the history that it has looked at.
    private var seen = 0
    /// Trials that were over when it last asked for answers.
    private var judged = -1
    /// The places of the points that have no answer, and of what they are compared with, as far as they may have further
    /// seeds.
    private var candidates: [Int] = []

    /// - Parameters:
    ///   - search: makes the first seeds.
    ///   - seed: the study's.
    package init(_ search: any TrialSearch, _ rule: SeedRule, seed: UInt64, terms: StudyTerms) {
        self.search = search
        self.rule = rule
        self.terms = terms
        self.seed = seed
    }

    package mutating func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision? {
        if let decision = search.next(history, hasFreeSlot: hasFreeSlot), decision.decision != .finish {
            return decision
        }
        guard search.remaining(history) == 0 else { return nil }
        look(at: history)
        guard let place = candidates.min(by: { points[$0].trials.count < points[$1].trials.count }) else {
            guard history.isOver, !history.isSearchFinished else { return nil }
            return ReasonedDecision(.finish, reason: "every point has its answer, or all of its \(rule.max) seeds")
        }
        guard hasFreeSlot, history.waiting.isEmpty else { return nil }
        return creation(points[place], history)
    }

    /// At least one more seed of each point that has no answer.
    package func remaining(_ history: StudyState) -> Int {
        let first = search.remaining(history)
        guard first == 0 else { return first }
        var copy = self
        copy.look(at: history)
        return copy.candidates.count
    }

    package func reopened(_ history: StudyState, epochs: Int) -> [Int] { search.reopened(history, epochs: epochs) }

    private mutating func look(at history: StudyState) {
        for trial in history.trials[min(seen, history.trials.count)...] {
            if places[trial.point] == nil {
                places[trial.point] = points.count
                points.append(Point(number: trial.point, assignment: trial.assignment))
            }
            points[places[trial.point]!].trials.append(trial.number)
        }
        let isNew = seen < history.trials.count
        seen = history.trials.count
        guard isNew || judged != history.counts.over else { return }
        judged = history.counts.over
        let comparison = SequentialComparison(
            points.map { point in
                let trials = point.trials.map { history.trials[$0] }
                return .init(trials, terms, rule)
            }, baseline: terms.sequentialReference == .baseline ? 0 : nil, goal: terms.rule.goal, rule)
        candidates = points.indices.filter {
            comparison.results[$0].answer == .open && points[$0].trials.count < rule.max
        }
    }

    private func creation(_ point: Point, _ history: StudyState) -> ReasonedDecision {
        let replicate = (point.trials.map { history.trials[$0].replicate }.max() ?? -1) + 1
        return ReasonedDecision(
            .create(
                .init(
                    trial: history.trials.count, point: point.number, replicate: replicate,
                    seed: TrialPlan.seed(of: replicate, study: seed), assignment: point.assignment)),
            reason: "its point, or the one that it is compared with, has no answer after \(point.trials.count) seeds")
    }
}

extension SequentialComparison.Point {
    /// - Parameter trials: of one point.
    init(_ trials: [TrialState], _ terms: StudyTerms, _ rule: SeedRule) {
        var values: [Int: Double] = [:]
        var isWithoutValue = false
        for trial in trials where trial.isOver {
            if let value = trial.judgedValue(terms) { values[trial.replicate] = value } else { isWithoutValue = true }
        }
        self.init(values: values, isWithoutValue: isWithoutValue, rule)
    }
}

extension StudyTerms {
    /// What the points of a study with a rule of seeds are compared with.
    var sequentialReference: SeedRule.Reference {
        seedRule?.reference ?? (sampler == .grid ? .baseline : .best)
    }
}
