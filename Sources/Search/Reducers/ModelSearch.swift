package import Experiments
package import Studies

/// A search that learns from the study: each new point is what ``TPESampler`` proposes after the results so far.
///
/// A point counts with the mean of the monitored value over its seeds, once all of them are completed. One that was pruned
/// or has failed is worse than any number; the others are still running.
package struct ModelSearch: TrialSearch {
    /// Proposals that are points of the study already, before a random one is taken.
    private static let mostRepeats = 100

    private struct Point {
        let number: Int
        let assignment: Assignment
        var trials: [Int] = []
        var observation: TPESampler.Observation?
        /// Whether its observation will not change any more.
        var isOver = false
    }

    private let search: SearchDescription
    private let seed: UInt64
    private let terms: StudyTerms
    private let sampler: TPESampler
    /// In the order of their first trials.
    private var points: [Point] = []
    private var places: [Int: Int] = [:]
    private var known: Set<PointSettings> = []
    /// Trials of the history that it has looked at.
    private var seen = 0
    /// The points before this one have all their seeds.
    private var complete = 0
    private var missing: Int

    /// - Parameter seed: the study's.
    package init(_ search: SearchDescription, seed: UInt64, terms: StudyTerms, after history: StudyState) {
        self.search = search
        self.seed = seed
        self.terms = terms
        sampler = TPESampler(search.space, seed: seed)
        missing = search.trials
        look(at: history)
    }

    package mutating func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision? {
        look(at: history)
        guard missing > 0 else {
            guard !history.isSearchFinished else { return nil }
            return ReasonedDecision(.finish, reason: "all \(search.trials) trials of the search are there")
        }
        guard hasFreeSlot else { return nil }
        while complete < points.count {
            let point = points[complete]
            let replicates = Set(point.trials.map { history.trials[$0].replicate })
            if let replicate = (0..<search.seeds).first(where: { !replicates.contains($0) }) {
                return creation(point.number, point.assignment, replicate, history, "seed \(replicate) of its point")
            }
            complete += 1
        }
        let (assignment, reason) = proposal(history)
        return creation((points.map(\.number).max() ?? -1) + 1, assignment, 0, history, reason)
    }

    package var dependsOnResults: Bool { false }

    package func remaining(_ history: StudyState) -> Int { missing }

    package func reopened(_ history: StudyState, epochs: Int) -> [Int] {
        history.trials.filter { $0.usedUp(lessThan: epochs) }.map(\.number)
    }

    private func creation(
        _ point: Int, _ assignment: Assignment, _ replicate: Int, _ history: StudyState, _ reason: String
    ) -> ReasonedDecision {
        ReasonedDecision(
            .create(
                .init(
                    trial: history.trials.count, point: point, replicate: replicate,
                    seed: TrialPlan.seed(of: replicate, study: seed), assignment: assignment)), reason: reason)
    }

    // MARK: What has happened

    private mutating func look(at history: StudyState) {
        for trial in history.trials[min(seen, history.trials.count)...] {
            if places[trial.point] == nil {
                places[trial.point] = points.count
                points.append(Point(number: trial.point, assignment: trial.assignment))
                known.insert(PointSettings(trial.assignment))
            }
            let place = places[trial.point]!
            points[place].trials.append(trial.number)
            // A study may have more seeds, or other points, than are asked for now.
            if points[place].trials.count <= search.seeds { missing -= 1 }
        }
        missing = max(missing, 0)
        seen = history.trials.count
    }

    /// A point that the study does not have, and why.
    private mutating func proposal(_ history: StudyState) -> (Assignment, reason: String) {
        if let point = search.given.first(where: { !known.contains(PointSettings($0)) }) {
            return (point, "one of the points that were given")
        }
        for place in points.indices where !points[place].isOver { observe(place, history) }
        let observations = points.compactMap(\.observation)
        for attempt in 0..<Self.mostRepeats {
            // Points of the study have used the indices before theirs.
            let assignment = sampler.next(points.count + attempt * search.points, after: observations)
            if !known.contains(PointSettings(assignment)) {
                let isDrawn = sampler.draws(after: observations)
                return (
                    assignment,
                    isDrawn ? "a random point, as few are known" : "proposed after \(observations.count) points"
                )
            }
        }
        let random = RandomSampler(search.space, seed: seed, count: search.points + points.count)
        for index in 0..<search.points + points.count {
            guard let assignment = random.point(index) else { break }
            if !known.contains(PointSettings(assignment)) { return (assignment, "one of the points that are left") }
        }
        return (ParameterDraws(search.space, seed: seed).draw(points.count), "all points are known")
    }

    private mutating func observe(_ place: Int, _ history: StudyState) {
        let trials = points[place].trials.map { history.trials[$0] }
        let isOver = trials.count >= search.seeds && trials.allSatisfy(\.isOver)
        var loss: Double?
        if trials.contains(where: { $0.phase == .failed || $0.phase == .pruned }) {
            loss = .infinity
        } else if isOver {
            let values = trials.map { $0.judgedValue(terms) ?? .infinity }
            let mean = values.reduce(0, +) / Double(values.count)
            loss = terms.rule.goal == .minimize ? mean : -mean
        }
        points[place].isOver = isOver
        points[place].observation = TPESampler.Observation(
            points[place].assignment, loss: loss, of: search.space)
    }
}
