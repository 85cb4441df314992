package import Experiments

/// The points of a study by the mean of the monitored value over their seeds: the best single trial of many is the
/// luckiest one.
///
/// A trial counts with its ``TrialState/judgedValue(_:)``. A point competes when it has a value for each of the seeds that
/// the study asks for; while no point has, those with the most values compete.
package struct PointRanking: Hashable, Sendable {
    /// One point and how it stands.
    package struct Standing: Hashable, Sendable {
        /// The point's number, of its first trial.
        package let point: Int
        package let assignment: Assignment
        /// The places of its trials among the study's, in their order.
        package internal(set) var trials: [Int] = []
        /// Of the trials that count.
        fileprivate var values = PointMean()
        package internal(set) var competes = false

        /// How many of its trials count.
        package var count: Int { values.count }
        /// Of the trials that count; nil without one.
        package var mean: Double? { values.mean }
        /// The place of the best trial that counts, the first of equals.
        package var best: Int? { values.best }
    }

    /// In the order of their first trials.
    package private(set) var standings: [Standing] = []
    /// The place of the selected point among them: the best mean of those that compete, the first of equals.
    package private(set) var selected: Int?
    private let goal: Goal

    package init(_ trials: [TrialState], _ terms: StudyTerms) {
        goal = terms.rule.goal
        var places: [Assignment: Int] = [:]
        for (index, trial) in trials.enumerated() {
            let place = places[trial.assignment] ?? standings.count
            if place == standings.count {
                places[trial.assignment] = place
                standings.append(Standing(point: trial.point, assignment: trial.assignment))
            }
            standings[place].trials.append(index)
            guard let value = trial.judgedValue(terms) else { continue }
            standings[place].values.add(value, of: index, goal)
        }
        let enough = min(terms.seeds, standings.lazy.map(\.count).max() ?? 0)
        for place in standings.indices where standings[place].count > 0 {
            standings[place].competes = standings[place].count >= enough
        }
        for (place, standing) in standings.enumerated() where standing.competes {
            guard let mean = standing.mean else { continue }
            if let best = selected.flatMap({ standings[$0].mean }), !goal.prefers(mean, over: best) { continue }
            selected = place
        }
    }

    package var winner: Standing? { selected.map { standings[$0] } }

    /// The places of the standings, the best first: those that compete, then those with too few values, then those with
    /// none; equals in their own order.
    package var order: [Int] {
        func group(_ standing: Standing) -> Int { standing.competes ? 0 : standing.mean == nil ? 2 : 1 }
        return standings.indices.sorted { one, other in
            let (first, second) = (standings[one], standings[other])
            guard group(first) == group(second) else { return group(first) < group(second) }
            guard let a = first.mean, let b = second.mean, a != b else { return one < other }
            return goal.prefers(a, over: b)
        }
    }
}

extension PointRanking.Standing {
    fileprivate init(point: Int, assignment: Assignment) {
        self.point = point
        self.assignment = assignment
    }
}

/// What the trials of a study are judged by, as the study's experiment file says it.
package struct StudyTerms: Hashable, Sendable {
    /// Which epoch of a trial is kept, and which way the monitored value gets better.
    package let rule: SelectionRule
    /// The budget: the most epochs that a trial is trained; nil where each trial alone knows.
    package let epochs: Int?
    /// Trials of each point.
    package let seeds: Int
    /// How the points were found: the first point of a grid is a baseline, the first of many draws is none.
    package let sampler: SearchDescription.Sampler
    /// How many seeds points are given; nil where all have the same ones.
    package let seedRule: SeedRule?
    /// What settings are called.
    package let labels: SettingLabels

    package init(
        rule: SelectionRule, epochs: Int?, seeds: Int, sampler: SearchDescription.Sampler, seedRule: SeedRule? = nil,
        labels: SettingLabels = SettingLabels()
    ) {
        self.rule = rule
        self.epochs = epochs
        self.seeds = seeds
        self.sampler = sampler
        self.seedRule = seedRule
        self.labels = labels
    }

    package init(_ experiment: Experiment) {
        self.init(
            rule: experiment.train.select, epochs: experiment.train.epochs, seeds: experiment.search.seeds,
            sampler: experiment.search.sampler, seedRule: experiment.search.seedRule,
            labels: SettingLabels(experiment.search))
    }
}

extension TrialState {
    /// Whether a completed trial was trained for another budget than `epochs`, so that it cannot be compared with the
    /// trials of that budget.
    ///
    /// A trial that used its budget up had as many epochs as it was trained for. One that ended by its own choice goes
    /// the same way under every budget that is not below its last epoch.
    package func hasOtherBudget(than epochs: Int?) -> Bool {
        guard phase == .completed, let outcome, let epochs else { return false }
        return outcome.stopReason.isByChoice ? outcome.stopEpoch > epochs : outcome.stopEpoch != epochs
    }

    /// The monitored value by which the trial is compared: of its selected epoch, where the trial is completed within
    /// the study's budget and has a finite one.
    package func judgedValue(_ terms: StudyTerms) -> Double? {
        guard phase == .completed, !hasOtherBudget(than: terms.epochs) else { return nil }
        return selection(terms.rule)?.value
    }
}
