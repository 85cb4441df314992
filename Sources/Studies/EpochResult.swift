/// A row as it travels and as the journal has it: the metrics of one finished epoch, most of them by their numbers.
package struct Row: Hashable, Sendable {
    package var id: AttemptID
    /// From 1.
    package var epoch: Int
    /// Seconds of training up to the end of the epoch.
    package var elapsedSeconds: Double
    /// Nil where the trial has none.
    package var learningRate: Double?
    /// The study's numbers of metrics.
    package var metrics: [Int]
    /// A value for each of ``metrics``; may hold NaN.
    package var values: [Double]
    /// Metrics that have no number yet: each gets the study's next one with this row, in the order of their names.
    package var named: [String: Double]

    package init(
        id: AttemptID, epoch: Int, elapsedSeconds: Double, learningRate: Double?, metrics: [Int], values: [Double],
        named: [String: Double]
    ) {
        self.id = id
        self.epoch = epoch
        self.elapsedSeconds = elapsedSeconds
        self.learningRate = learningRate
        self.metrics = metrics
        self.values = values
        self.named = named
    }

    /// - Parameter table: the numbers that are known.
    package init(_ result: EpochResult, _ table: MetricTable) {
        var numbered: [(number: Int, value: Double)] = []
        var named: [String: Double] = [:]
        for (name, value) in result.metrics {
            if let number = table.number(of: name) { numbered.append((number, value)) } else { named[name] = value }
        }
        numbered.sort { $0.number < $1.number }
        self.init(
            id: result.id, epoch: result.epoch, elapsedSeconds: result.elapsedSeconds,
            learningRate: result.learningRate.isNaN ? nil : result.learningRate, metrics: numbered.map(\.number),
            values: numbered.map(\.value), named: named)
    }

    /// A row whose metrics have no numbers.
    package init(
        id: AttemptID, epoch: Int, metrics: [String: Double], learningRate: Double?, elapsedSeconds: Double
    ) {
        self.init(
            id: id, epoch: epoch, elapsedSeconds: elapsedSeconds, learningRate: learningRate, metrics: [], values: [],
            named: metrics)
    }
}

extension Row {
    /// The names that may be new, in the order in which they get their numbers: that of their bytes.
    package var orderedNames: [String] {
        named.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Its metrics by name; those whose number the table does not have are left out.
    package func metrics(_ table: MetricTable) -> [String: Double] {
        var found = named
        for (number, value) in zip(metrics, values) where number < table.count { found[table.names[number]] = value }
        return found
    }
}

/// The metrics of one finished epoch, keyed by (trial, attempt, epoch).
package struct EpochResult: Hashable, Sendable {
    package var id: AttemptID
    /// From 1.
    package var epoch: Int
    /// By column name: `train_loss`, `validation_loss`, `validation_accuracy`, ...
    package var metrics: MetricValues
    /// NaN where the trial has none.
    package var learningRate: Double
    /// Seconds of training in this attempt's process, up to the end of the epoch.
    package var elapsedSeconds: Double

    package init(id: AttemptID, epoch: Int, metrics: MetricValues, learningRate: Double, elapsedSeconds: Double) {
        self.id = id
        self.epoch = epoch
        self.metrics = metrics
        self.learningRate = learningRate
        self.elapsedSeconds = elapsedSeconds
    }
}

/// Names that rows of the same metrics share, by the metrics' numbers: kept for speed alone.
struct SharedMetricNames: Sendable {
    private var known: [[Int]: MetricNames] = [:]

    mutating func names(of metrics: [Int], _ table: MetricTable) -> MetricNames {
        if let names = known[metrics] { return names }
        let names = MetricNames(metrics.map { table.names[$0] })
        known[metrics] = names
        return names
    }
}

/// What is kept for speed alone makes no study another.
extension SharedMetricNames: Hashable {
    static func == (one: SharedMetricNames, other: SharedMetricNames) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}
