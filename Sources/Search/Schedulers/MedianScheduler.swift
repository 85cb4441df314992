package import Experiments
package import Studies

/// The median rule: a trial ends where its best monitored value so far is worse than the median, over the completed trials,
/// of the value after the same epoch; and with it the other seeds of its point.
///
/// Source: Golovin et al., "Google Vizier", KDD 2017, section 3.2.2, as Optuna's `MedianPruner` has it.
package struct MedianScheduler: TrialScheduler {
    private let description: SchedulerDescription.MedianStopping
    private let terms: StudyTerms
    /// The completed trials' values after each epoch, the better the smaller; those that are not finite are left out.
    private var values: [RankedList<Double>] = []
    private var completed = 0
    /// Trials of the history that it has looked at.
    private var seen = 0
    /// Records about trials that it has looked at.
    private var followed = 0
    private var open: Set<Int> = []
    /// How many epochs of an open trial it has judged.
    private var judged: [Int: Int] = [:]
    /// The trials of each point that has one open.
    private var points: [Int: [Int]] = [:]
    private var selections: RunningSelections
    private var pending: [ReasonedDecision] = []

    package init(_ description: SchedulerDescription.MedianStopping, terms: StudyTerms) {
        self.description = description
        self.terms = terms
        selections = RunningSelections(terms.rule)
    }

    package mutating func next(_ history: StudyState, hasFreeSlot: Bool, isExhausted: Bool) -> ReasonedDecision? {
        if pending.isEmpty { look(at: history) }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    private mutating func look(at history: StudyState) {
        for trial in history.trials[min(seen, history.trials.count)...] {
            open.insert(trial.number)
            points[trial.point, default: []].append(trial.number)
        }
        let touched = history.recent.since(followed).map { open.intersection($0) } ?? open
        (seen, followed) = (history.trials.count, history.recent.count)
        let over = touched.filter { history.trials[$0].isOver }
        for number in over.sorted() { close(history.trials[number]) }
        // The medians are others: what was good enough may be so no longer.
        if !over.isEmpty { judged = [:] }
        for number in (over.isEmpty ? touched : open).sorted() {
            let trial = history.trials[number]
            if trial.history.count > judged[number, default: 0], !trial.stops {
                judged[number] = trial.history.count
                if let reason = verdict(on: trial) { stop(trial.point, history, because: reason) }
            }
        }
    }

    private mutating func close(_ trial: TrialState) {
        open.remove(trial.number)
        selections.forget(trial.number)
        guard trial.phase == .completed else { return }
        completed += 1
        for (epoch, row) in trial.history.enumerated() {
            if values.count == epoch { values.append(RankedList()) }
            guard let value = row.metrics[terms.rule.monitor], value.isFinite else { continue }
            values[epoch].insert(signed(value))
        }
    }

    /// Why the trial is to end; nil where it is not.
    private mutating func verdict(on trial: TrialState) -> String? {
        let epoch = trial.history.count
        guard completed >= description.minTrials, epoch >= description.minEpochs, epoch <= values.count,
            let median = values[epoch - 1].median
        else { return nil }
        guard let best = selections.selection(of: trial)?.value else {
            return "has no finite \(terms.rule.monitor) after \(epoch) epochs"
        }
        guard signed(best) > median else { return nil }
        return "\(terms.rule.monitor) \(best) is worse than \(signed(median)), the median of \(completed) trials after "
            + "\(epoch) epochs"
    }

    private mutating func stop(_ point: Int, _ history: StudyState, because reason: String) {
        for number in points[point] ?? [] where !history.trials[number].isOver && !history.trials[number].stops {
            pending.append(ReasonedDecision(.stop(trial: number), reason: reason))
        }
    }

    /// A value of which the smaller is the better, and back.
    private func signed(_ value: Double) -> Double { terms.rule.goal == .minimize ? value : -value }
}

extension RankedList<Double> {
    /// Of an even number of values, the mean of the two in the middle; nil of none.
    fileprivate var median: Double? {
        guard count > 0 else { return nil }
        return count % 2 == 1 ? self[count / 2] : (self[count / 2 - 1] + self[count / 2]) / 2
    }
}
