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
