package import Experiments
package import Studies

/// A search whose trials do not depend on each other's results: grid and random search. Each trial of the plan is created
/// when a worker is free.
///
/// The same settings keep their point's number, whatever becomes of the search space around them; others get the next one
/// that is free. A point's replicates are told apart by their seeds. What the study has already is not created again.
package struct PlannedSearch: TrialSearch {
    private let plan: TrialPlan
    private let sampler: SearchDescription.Sampler
    /// The trials of the plan before this one are created.
    private var place = 0
    /// The trial of the plan at that place, where the study does not have it.
    private var upcoming: PlannedTrial?
    /// The trials of the history that it has looked at.
    private var seen = 0
    /// The trials that this search did not create itself. A plan never repeats one of its own, so that those need not be
    /// looked up.
    private var known: Set<SeededSettings> = []
    /// Their points.
    private var points: [PointSettings: Point] = [:]
    private var nextPoint = 0
    /// The point of the plan that was created last: its other seeds come right after it.
    private var current: (planned: Int, point: Point)?

    private struct Point {
        var number: Int
        var assignment: Assignment
    }

    package init(_ plan: TrialPlan, sampler: SearchDescription.Sampler, after history: StudyState = StudyState()) {
        self.plan = plan
        self.sampler = sampler
        look(at: history)
        _ = nextNew()
    }

    package mutating func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision? {
        look(at: history)
        if let trial = nextNew() {
            return hasFreeSlot ? creation(of: trial, number: history.trials.count) : nil
        }
        guard !history.isSearchFinished else { return nil }
        return ReasonedDecision(
            .finish, reason: "all \(plan.count) trials of the \(sampler.rawValue) search are there")
    }

    package var dependsOnResults: Bool { false }

    package func remaining(_ history: StudyState) -> Int { plan.count - place }

    /// The next trial of the plan that the study does not have; nil where it has them all.
    private mutating func nextNew() -> PlannedTrial? {
        if let upcoming { return upcoming }
        while place < plan.count, let trial = plan.trial(place) {
            if known.isEmpty || !known.contains(SeededSettings(trial.assignment, seed: trial.seed)) {
                upcoming = trial
                return trial
            }
            place += 1
        }
        place = plan.count
        return nil
    }

    private func creation(of trial: PlannedTrial, number: Int) -> ReasonedDecision {
        let point = point(of: trial)
        let created = JournalRecord.TrialCreated(
            trial: number, point: point.number, replicate: trial.replicate, seed: trial.seed,
            assignment: point.assignment)
        return ReasonedDecision(.create(created), reason: "point \(trial.point) of the plan, seed \(trial.replicate)")
    }

    private func point(of trial: PlannedTrial) -> Point {
        if let current, current.planned == trial.point { return current.point }
        let known = points.isEmpty ? nil : points[PointSettings(trial.assignment)]
        return known ?? Point(number: nextPoint, assignment: trial.assignment)
    }

    private mutating func look(at history: StudyState) {
        for trial in history.trials[min(seen, history.trials.count)...] {
            nextPoint = max(nextPoint, trial.point + 1)
            let point = Point(number: trial.point, assignment: trial.assignment)
            if let upcoming, upcoming.seed == trial.seed, upcoming.assignment == trial.assignment {
                current = (upcoming.point, point)
                place += 1
            } else {
                let settings = PointSettings(trial.assignment)
                if points[settings] == nil { points[settings] = point }
                known.insert(SeededSettings(settings, seed: trial.seed))
            }
            upcoming = nil
        }
        seen = history.trials.count
    }

    /// The completed trials that the plan has with a larger budget: they go on.
    package func reopened(_ history: StudyState, epochs: Int) -> [Int] {
        var candidates: [SeededSettings: Int] = [:]
        for trial in history.trials where trial.usedUp(lessThan: epochs) {
            candidates[SeededSettings(trial.assignment, seed: trial.seed)] = trial.number
        }
        var found: [Int] = []
        var place = 0
        // As far as there is something to look for: a plan may be far longer than the study.
        while !candidates.isEmpty, place < plan.count, let trial = plan.trial(place) {
            let key = SeededSettings(trial.assignment, seed: trial.seed)
            if let number = candidates.removeValue(forKey: key) { found.append(number) }
            place += 1
        }
        return found.sorted()
    }
}
