internal import Experiments
internal import Studies
internal import HDF5

/// The table of trials: one row per trial, in the order of their numbers. Missing is NaN, -1 or "".
struct TrialColumns {
    private let trials: [TrialState]
    private let terms: StudyTerms
    private let winner: Int?

    init(_ trials: [TrialState], terms: StudyTerms, winner: Int?) {
        self.trials = trials
        self.terms = terms
        self.winner = winner
    }

    func write(to root: Group) throws {
        let table = try Table(in: root, named: "trials", scale: "trial_id", trials.map { try $0.number.asInt32() })
        try addLifeCycle(to: table)
        try addSelection(to: table)
        try addTestMetrics(to: table)
        try addPseudoLabels(to: table)
        try addParameters(to: table)
    }

    private func addLifeCycle(to table: Table) throws {
        try table.add("state", trials.map { TrialColumns.number(of: $0.phase) })
        try table.add("state_name", trials.map(\.phase.rawValue))
        try table.add("point", trials.map { try $0.point.asInt32() })
        try table.add("replicate", trials.map { try $0.replicate.asInt32() })
        // Text: 64 bits, which R, Julia's readers of tables, and JSON would round.
        try table.add("seed", trials.map { String($0.seed) })
        try table.add("attempts", trials.map { try $0.attempt.asInt32() })
        try table.add("lost_attempts", trials.map { try $0.lostAttempts.asInt32() })
        try table.add("worker", trials.map(\.worker))
        try table.add("started", trials.map { $0.started ?? .nan }, units: "seconds since 1970-01-01 00:00:00")
        try table.add("duration_s", trials.map(TrialColumns.duration), units: "s")
        try table.add("stop_epoch", trials.map { try ($0.outcome?.stopEpoch ?? -1).asInt32() })
        try table.add("would_have_stopped_at", trials.map { try ($0.outcome?.wouldHaveStoppedAt ?? -1).asInt32() })
        try table.add("stop_reason", trials.map { $0.outcome?.stopReason.rawValue ?? "" })
        try table.add("error", trials.map { $0.outcome?.error ?? "" })
    }

    private func addSelection(to table: Table) throws {
        let selections = trials.map { $0.selection(terms.rule) }
        try table.add("best_value", selections.map { $0?.value ?? .nan })
        try table.add("best_epoch", selections.map { try ($0?.epoch ?? -1).asInt32() })
        try table.add("last_value", trials.map { $0.history.last?.metrics[terms.rule.monitor] ?? .nan })
        try table.add("other_budget", trials.map { Int8($0.hasOtherBudget(than: terms.epochs) ? 1 : 0) })
        try table.add("selected", trials.map { Int8($0.number == winner ? 1 : 0) })
        try table.add(
            "checkpoint",
            trials.map { $0.best == nil ? "" : StudyFolder.relativeCheckpointPath(trial: $0.number, .best) })
    }

    /// One column per metric of the test split: `test_loss`, ...
    private func addTestMetrics(to table: Table) throws {
        let names = Set(trials.flatMap { $0.outcome?.testMetrics.keys.map { $0 } ?? [] })
        for name in names.sorted() {
            try table.add(name, trials.map { $0.outcome?.testMetrics[name] ?? .nan })
        }
    }

    /// What became of the unlabelled samples, where any trial had a teacher label them.
    private func addPseudoLabels(to table: Table) throws {
        let tallies = trials.map { $0.outcome?.pseudoLabels }
        guard tallies.contains(where: { $0 != nil }) else { return }
        try table.add("pseudo_labels_offered", tallies.map { try ($0?.offered ?? -1).asInt32() })
        try table.add("pseudo_labels_kept", tallies.map { try ($0?.kept ?? -1).asInt32() })
        try table.add("pseudo_labels_known", tallies.map { try ($0?.known ?? -1).asInt32() })
        try table.add("pseudo_labels_right", tallies.map { try ($0?.right ?? -1).asInt32() })
    }

    /// One column per path that any trial sets: numbers where all of them are, text otherwise.
    private func addParameters(to table: Table) throws {
        let paths = Set(trials.flatMap { $0.assignment.elements.map(\.path) })
        for path in paths.sorted() {
            let values = trials.map { $0.assignment[path] }
            let name = "param.\(path)"
            if values.allSatisfy({ $0 == nil || $0?.number != nil }) {
                try table.add(name, values.map { $0?.number ?? .nan })
            } else {
                try table.add(name, values.map { $0?.description ?? "" })
            }
        }
    }

    private static func number(of phase: TrialState.Phase) -> Int8 {
        switch phase {
        case .waiting: 0
        case .running: 1
        case .completed: 2
        case .failed: 3
        case .paused: 4
        }
    }

    /// From the first attempt's start to the end, pauses between attempts included.
    private static func duration(of trial: TrialState) -> Double {
        guard let started = trial.started, let finished = trial.finished else { return .nan }
        return finished - started
    }
}
