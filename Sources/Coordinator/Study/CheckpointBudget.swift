import Experiments
import Studies

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
        /// Whether the trial had the study's budget.
        var counts = false
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
    /// monitored value, and within a point the worst. The model of the best trial is left out, and the winner's, which
    /// is the best trial of the point with the best mean of those that compete (``PointRanking``).
    ///
    /// - Parameter kind: the checkpoint that is the model.
    mutating func worstFirst(
        _ kind: StoredFile.Kind, in study: StudyState, _ terms: StudyTerms
    ) -> [TrialState] {
        let goal = terms.rule.goal
        func isBetter(_ one: Double?, _ other: Double?) -> Bool {
            guard let one else { return false }
            return other.map { goal.prefers(one, over: $0) } ?? true
        }
        look(at: study, terms)
        var all = Array(repeating: PointMean(), count: points.count)
        var counting = all
        for (number, trial) in known.enumerated() {
            guard let value = trial.value else { continue }
            all[trial.point].add(value, of: number, goal)
            if trial.counts { counting[trial.point].add(value, of: number, goal) }
        }
        // Of equals the one that comes first, as where a winner is chosen.
        let enough = max(1, min(terms.seeds, counting.lazy.map(\.count).max() ?? 0))
        var (winner, best): (PointMean?, PointMean?) = (nil, nil)
        for (point, standing) in zip(all, counting) {
            if standing.count >= enough, isBetter(standing.mean, winner?.mean) { winner = standing }
            if isBetter(point.bestValue, best?.bestValue) { best = point }
        }
        // Models that trials are still to begin with stay as well.
        let sources = study.trials.lazy.filter { !$0.isOver && $0.last == nil }.compactMap(\.from)
        let kept = Set([winner?.best, best?.best].compactMap { $0 }).union(sources)
        let candidates = study.trials.indices.filter {
            let model = kind == .best ? study.trials[$0].best : study.trials[$0].last
            return model != nil && study.trials[$0].isOver && !kept.contains($0)
        }.map { number in
            let value = known[number].value
            return Candidate(trial: number, mean: value == nil ? nil : all[known[number].point].mean, value: value)
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
    private mutating func look(at study: StudyState, _ terms: StudyTerms) {
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
            known[number].value = study.trials[number].selection(terms.rule)?.value
            known[number].counts = !study.trials[number].hasOtherBudget(than: terms.epochs)
        }
    }
}

/// The `last.h5` of finished trials, oldest first: those that the study's byte budget takes.
struct RemovableCheckpoints: Sendable {
    private var trials: [Int] = []
    private var head = 0

    init(_ study: StudyState) {
        trials = study.trials.filter { $0.isOver && $0.last != nil }
            .sorted { ($0.finished ?? 0, $0.number) < ($1.finished ?? 0, $1.number) }.map(\.number)
    }

    mutating func append(_ trial: Int) { trials.append(trial) }

    /// The oldest that is still there.
    mutating func popFirst(in study: StudyState) -> TrialState? {
        while head < trials.count {
            let trial = study.trials[trials[head]]
            head += 1
            // It may have been reopened, and even finished again, since it was put here.
            if trial.isOver, trial.last != nil { return trial }
        }
        trials.removeAll()
        head = 0
        return nil
    }
}
