internal import Studies
internal import HDF5

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
