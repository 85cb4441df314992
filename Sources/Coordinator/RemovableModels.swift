import Experiments

/// The models of finished trials in the order in which a study's byte budget takes them.
struct RemovableModels: Sendable {
    /// What a finished trial's selected epoch came to; it changes only with another attempt.
    private struct Value {
        var attempt: Int
        var value: Double?
    }

    private var values: [Int: Value] = [:]

    /// The finished trials that have a model: failed ones first, then those of the point with the worst mean of the
    /// monitored value, and within a point the worst. The model of the best trial is left out, and that of the best
    /// trial of the point with the best mean: one of the two is the winner's.
    ///
    /// Points are told apart by their settings, which no change of the search space renumbers.
    mutating func worstFirst(in study: StudyState, _ rule: SelectionRule) -> [TrialState] {
        struct Point {
            var sum = 0.0
            var count = 0.0
            var best: (trial: Int, value: Double)?
            var mean: Double? { count > 0 ? sum / count : nil }
        }
        var points: [Assignment: Point] = [:]
        for trial in study.trials where trial.phase == .completed {
            guard let value = value(of: trial, rule) else { continue }
            var point = points[trial.assignment] ?? Point()
            point.sum += value
            point.count += 1
            if point.best.map({ rule.goal.prefers(value, over: $0.value) }) ?? true {
                point.best = (trial.number, value)
            }
            points[trial.assignment] = point
        }
        func isBetter(_ one: Double?, _ other: Double?) -> Bool {
            guard let one else { return false }
            return other.map { rule.goal.prefers(one, over: $0) } ?? true
        }
        // Of equals the lowest number, as where a winner is chosen.
        let ranked = points.values.sorted { ($0.best?.trial ?? 0) < ($1.best?.trial ?? 0) }
        var (byMean, byTrial): (Point?, Point?) = (nil, nil)
        for point in ranked {
            if isBetter(point.mean, byMean?.mean) { byMean = point }
            if isBetter(point.best?.value, byTrial?.best?.value) { byTrial = point }
        }
        let kept = Set([byMean?.best?.trial, byTrial?.best?.trial].compactMap { $0 })
        let candidates = study.trials.filter { $0.isOver && $0.best != nil && !kept.contains($0.number) }
        let order = candidates.map { trial in
            (
                trial: trial, mean: trial.phase == .failed ? nil : points[trial.assignment]?.mean,
                value: trial.phase == .failed ? nil : value(of: trial, rule)
            )
        }
        return order.sorted { one, other in
            if isBetter(other.mean, one.mean) { return true }
            if isBetter(one.mean, other.mean) { return false }
            if isBetter(other.value, one.value) { return true }
            if isBetter(one.value, other.value) { return false }
            return one.trial.number > other.trial.number
        }.map(\.trial)
    }

    private mutating func value(of trial: TrialState, _ rule: SelectionRule) -> Double? {
        if let known = values[trial.number], known.attempt == trial.attempt { return known.value }
        let value = trial.selection(rule)?.value
        values[trial.number] = Value(attempt: trial.attempt, value: value)
        return value
    }
}
