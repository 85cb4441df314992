internal import Experiments
internal import HDF5
internal import Studies

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
            if values.allSatisfy({ $0 == nil || $0?.exactNumber != nil }) {
                try table.add(name, values.map { $0?.exactNumber ?? .nan })
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
        case .pruned: 5
        }
    }

    /// From the first attempt's start to the end, pauses between attempts included.
    private static func duration(of trial: TrialState) -> Double {
        guard let started = trial.started, let finished = trial.finished else { return .nan }
        return finished - started
    }
}

/// Epoch results as columns: one row per epoch, one column per metric; NaN where a row has no such metric.
struct HistoryColumns {
    let epochs: [Int32]
    private let attempts: [Int32]
    private let learningRates: [Double]
    private let elapsedSeconds: [Double]
    /// By the metric's name.
    private var metrics: [String: [Double]] = [:]

    static let epoch = "epoch"
    private static let attempt = "attempt"
    private static let learningRate = "learning_rate"
    private static let elapsed = "elapsed_s"

    init(_ rows: [EpochResult]) throws {
        epochs = try rows.map { try $0.epoch.asInt32() }
        attempts = try rows.map { try $0.id.attempt.asInt32() }
        learningRates = rows.map(\.learningRate)
        elapsedSeconds = rows.map(\.elapsedSeconds)
        for (index, row) in rows.enumerated() {
            for (name, value) in row.metrics {
                metrics[name, default: [Double](repeating: .nan, count: rows.count)][index] = value
            }
        }
    }

    /// Adds all columns but the epochs to a table of as many rows.
    func add(to table: Table) throws {
        try table.add(HistoryColumns.attempt, attempts)
        try table.add(HistoryColumns.learningRate, learningRates)
        try table.add(HistoryColumns.elapsed, elapsedSeconds, units: "s")
        for (name, values) in metrics.sorted(by: { $0.key < $1.key }) {
            try table.add(name, values)
        }
    }

    /// Reads the columns of a group.
    init(reading group: Group) throws {
        epochs = try group.read(HistoryColumns.epoch, as: Int32.self).values
        attempts = try group.read(HistoryColumns.attempt, as: Int32.self).values
        learningRates = try group.read(HistoryColumns.learningRate, as: Double.self).values
        elapsedSeconds = try group.read(HistoryColumns.elapsed, as: Double.self).values
        let fixed = [
            HistoryColumns.epoch, HistoryColumns.attempt, HistoryColumns.learningRate, HistoryColumns.elapsed,
        ]
        for name in try group.names() where !fixed.contains(name) {
            metrics[name] = try group.read(name, as: Double.self).values
        }
        let lengths = [attempts.count, learningRates.count, elapsedSeconds.count] + metrics.values.map(\.count)
        guard lengths.allSatisfy({ $0 == epochs.count }) else {
            throw StudyStoreError(.invalidCheckpoint("the columns of \(group.path) differ in length"))
        }
    }

    /// The epoch results of trial `trial`.
    func rows(trial: Int) -> [EpochResult] {
        epochs.indices.map { row in
            EpochResult(
                id: AttemptID(trial: trial, attempt: Int(attempts[row])), epoch: Int(epochs[row]),
                metrics: MetricValues(metrics.mapValues { $0[row] }), learningRate: learningRates[row],
                elapsedSeconds: elapsedSeconds[row])
        }
    }
}
