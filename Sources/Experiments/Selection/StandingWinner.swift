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
