package import Experiments

/// A study's winner while its trials end one by one: ``StudyState/winner(_:)`` without a look at every trial.
package struct StandingWinner: Sendable {
    private struct Point {
        let number: Int
        /// In the order of the trials' numbers.
        var values: [(trial: Int, value: Double)] = []
        var mean = PointMean()

        mutating func add(_ trial: Int, _ value: Double, _ goal: Goal) {
            values.insert((trial, value), at: values.firstIndex { $0.trial > trial } ?? values.endIndex)
            mean = PointMean()
            for (trial, value) in values { mean.add(value, of: trial, goal) }
        }
    }

    private let terms: StudyTerms
    private var points: [Assignment: Int] = [:]
    private var standings: [Point] = []
    /// The most values that a point has.
    private var most = 0
    /// The place of the leading point among the standings.
    private var leader: Int?

    /// Looks at every trial, once.
    package init(_ terms: StudyTerms, _ study: StudyState) {
        self.terms = terms
        for trial in study.trials { add(trial) }
    }

    /// The trial that leads, and its selected value.
    package var best: (trial: Int, value: Double)? {
        guard let mean = leader.map({ standings[$0].mean }), let trial = mean.best, let value = mean.bestValue else {
            return nil
        }
        return (trial, value)
    }

    /// Takes a trial that has ended; one that does not count changes nothing.
    package mutating func add(_ trial: TrialState) {
        guard let value = trial.judgedValue(terms) else { return }
        let place = points[trial.assignment] ?? standings.count
        if place == standings.count {
            points[trial.assignment] = place
            standings.append(Point(number: trial.point))
        }
        standings[place].add(trial.number, value, terms.rule.goal)
        let enough = min(terms.seeds, most)
        most = max(most, standings[place].values.count)
        // Fewer points compete, or the leader has another mean: as often as a point has seeds, or less.
        if min(terms.seeds, most) != enough || place == leader {
            leader = nil
            for index in standings.indices { challenge(index) }
        } else {
            challenge(place)
        }
    }

    private mutating func challenge(_ place: Int) {
        guard standings[place].values.count >= min(terms.seeds, most), let mean = standings[place].mean.mean else {
            return
        }
        if let leader, let best = standings[leader].mean.mean {
            let isFirst = mean == best && standings[place].number < standings[leader].number
            guard terms.rule.goal.prefers(mean, over: best) || isFirst else { return }
        }
        leader = place
    }
}

/// The selected epochs of trials that are being trained: each question looks at the rows that have come since the last
/// one, and at no row twice.
package struct RunningSelections: Sendable {
    private struct Known {
        var attempt: Int
        var rows: Int
        var selection: Selection
    }

    private let rule: SelectionRule
    private var known: [Int: Known] = [:]

    package init(_ rule: SelectionRule) {
        self.rule = rule
    }

    /// What ``TrialState/selection(_:)`` gives.
    package mutating func selection(of trial: TrialState) -> (epoch: Int, value: Double)? {
        var known = known[trial.number] ?? Known(attempt: trial.attempt, rows: 0, selection: Selection(rule))
        // An attempt may begin by forgetting rows.
        if known.attempt != trial.attempt {
            known = Known(attempt: trial.attempt, rows: 0, selection: Selection(rule))
        }
        for row in trial.history[known.rows...] {
            known.selection.observe(epoch: row.epoch, value: row.metrics[rule.monitor] ?? .nan)
        }
        known.rows = trial.history.count
        self.known[trial.number] = known
        guard let epoch = known.selection.bestEpoch, let value = known.selection.bestValue else { return nil }
        return (epoch, value)
    }

    /// Forgets a trial that is no longer trained.
    package mutating func forget(_ trial: Int) {
        known[trial] = nil
    }
}

/// The mean of a point's monitored values over its trials, which are added in the order of their numbers.
package struct PointMean: Hashable, Sendable {
    package private(set) var count = 0
    /// The number of the best trial, the first of equals; nil without one.
    package private(set) var best: Int?
    /// The best trial's value.
    package private(set) var bestValue: Double?
    /// The first value; and the sum of the others' distances from it, so that equal values have exactly that mean.
    private var origin = 0.0
    private var sum = 0.0

    package init() {}

    /// Nil without values.
    package var mean: Double? { count == 0 ? nil : origin + sum / Double(count) }

    package mutating func add(_ value: Double, of trial: Int, _ goal: Goal) {
        if count == 0 { origin = value }
        count += 1
        sum += value - origin
        if let bestValue, !goal.prefers(value, over: bestValue) { return }
        (best, bestValue) = (trial, value)
    }
}
