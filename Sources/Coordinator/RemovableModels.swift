import Experiments

/// The models of finished trials in the order in which a study's byte budget takes them.
///
/// Points are told apart by their settings, which no change of the search space renumbers. What is known of a trial is
/// kept, so that a study of many trials is gone through quickly.
struct RemovableModels: Sendable {
    private struct Known {
        var point: Int
        /// What the selected epoch came to, in this attempt: it changes only with another.
        var attempt = 0
        var value: Double?
    }

    private struct Point {
        var sum = 0.0
        var count = 0.0
        var best: (trial: Int, value: Double)?
        var mean: Double? { count > 0 ? sum / count : nil }
        /// Of the trials that count for a point's rank.
        var standing = (sum: 0.0, count: 0)
        var bestThatCounts: (trial: Int, value: Double)?
    }

    private struct Candidate {
        var trial: Int
        /// Nil where the trial failed, or no epoch was selected.
        var mean: Double?
        var value: Double?
    }

    /// By the trials' numbers.
    private var known: [Known] = []
    private var points: [Assignment: Int] = [:]

    /// The finished trials that have a model: failed ones first, then those of the point with the worst mean of the
    /// monitored value, and within a point the worst. The model of the best trial is left out, and the winner's: the best
    /// trial of the point with the best mean of those that compete (``PointRanking``).
    mutating func worstFirst(in study: StudyState, _ terms: StudyTerms) -> [TrialState] {
        let rule = terms.rule
        func isBetter(_ one: Double?, _ other: Double?) -> Bool {
            guard let one else { return false }
            return other.map { rule.goal.prefers(one, over: $0) } ?? true
        }
        look(at: study, rule)
        var found = Array(repeating: Point(), count: points.count)
        for (number, trial) in known.enumerated() where trial.value != nil {
            found[trial.point].sum += trial.value!
            found[trial.point].count += 1
            if isBetter(trial.value, found[trial.point].best?.value) {
                found[trial.point].best = (number, trial.value!)
            }
            guard !study.trials[number].hasOtherBudget(than: terms.epochs) else { continue }
            found[trial.point].standing.sum += trial.value!
            found[trial.point].standing.count += 1
            if isBetter(trial.value, found[trial.point].bestThatCounts?.value) {
                found[trial.point].bestThatCounts = (number, trial.value!)
            }
        }
        let enough = min(terms.seeds, found.lazy.map(\.standing.count).max() ?? 0)
        // Of equals the one that comes first, as where a winner is chosen.
        var winner: (trial: Int, mean: Double)?
        var byTrial: Point?
        for point in found {
            if isBetter(point.best?.value, byTrial?.best?.value) { byTrial = point }
            guard let best = point.bestThatCounts, point.standing.count >= enough else { continue }
            let mean = point.standing.sum / Double(point.standing.count)
            if isBetter(mean, winner?.mean) { winner = (best.trial, mean) }
        }
        let kept = Set([winner?.trial, byTrial?.best?.trial].compactMap { $0 })
        let candidates = study.trials.indices.filter {
            study.trials[$0].best != nil && study.trials[$0].isOver && !kept.contains($0)
        }.map { number in
            let value = known[number].value
            return Candidate(trial: number, mean: value == nil ? nil : found[known[number].point].mean, value: value)
        }
        return candidates.sorted { one, other in
            if isBetter(other.mean, one.mean) { return true }
            if isBetter(one.mean, other.mean) { return false }
            if isBetter(other.value, one.value) { return true }
            if isBetter(one.value, other.value) { return false }
            return one.trial > other.trial
        }.map { study.trials[$0.trial] }
    }

    /// Takes note of what has been finished since the last time.
    private mutating func look(at study: StudyState, _ rule: SelectionRule) {
        for number in study.trials.indices {
            if number == known.count {
                let assignment = study.trials[number].assignment
                let point = points[assignment] ?? points.count
                points[assignment] = point
                known.append(Known(point: point))
            }
            guard study.trials[number].phase == .completed else {
                (known[number].attempt, known[number].value) = (0, nil)
                continue
            }
            guard known[number].attempt != study.trials[number].attempt else { continue }
            known[number].attempt = study.trials[number].attempt
            known[number].value = study.trials[number].selection(rule)?.value
        }
    }
}
