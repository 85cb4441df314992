package import Experiments
package import Studies

/// A study's trials, or their epochs, as columns of one type each, for tables that other programs read.
package struct ResultTable {
    package enum Values {
        case integers([Int?])
        case numbers([Double?])
        case texts([String?])
    }

    package struct Column {
        package var name: String
        package var values: Values
    }

    package private(set) var columns: [Column] = []
    package let rowCount: Int

    /// One row for each trial: what it set, how it ended, its selected epoch's metrics, and those of the test.
    ///
    /// - Parameter rule: which epoch of a trial is kept.
    package init(trialsOf state: StudyState, rule: SelectionRule) {
        let trials = state.trials
        rowCount = trials.count
        let selected = trials.map { trial in
            trial.selection(rule).flatMap { chosen in trial.history.first { $0.epoch == chosen.epoch } }
        }
        add("trial", .integers(trials.map(\.number)))
        add("state", .texts(trials.map(\.phase.rawValue)))
        add("point", .integers(trials.map(\.point)))
        add("replicate", .integers(trials.map(\.replicate)))
        // 64 bits: not every reader has whole numbers so large.
        add("seed", .texts(trials.map { "\($0.seed)" }))
        addParameters(trials)
        add("epochs", .integers(trials.map(\.history.count)))
        add("best_epoch", .integers(selected.map { $0?.epoch }))
        addMetrics(selected.map { $0?.metrics.asDictionary ?? [:] })
        addMetrics(trials.map { $0.outcome?.testMetrics ?? [:] })
        add("stop_reason", .texts(trials.map { $0.outcome?.stopReason.rawValue }))
        add("training_seconds", .numbers(trials.map { $0.history.last?.elapsedSeconds }))
        add("started", .numbers(trials.map(\.started)))
        add("finished", .numbers(trials.map(\.finished)))
        add("worker", .texts(trials.map { $0.worker.isEmpty ? nil : $0.worker }))
        add("error", .texts(trials.map { $0.outcome?.error }))
    }

    /// One row for each epoch of each trial.
    package init(epochsOf state: StudyState) {
        let rows = state.trials.flatMap { trial in trial.history.map { (trial, $0) } }
        rowCount = rows.count
        add("trial", .integers(rows.map(\.0.number)))
        add("epoch", .integers(rows.map(\.1.epoch)))
        addMetrics(rows.map(\.1.metrics.asDictionary))
        add("learning_rate", .numbers(rows.map { $0.1.learningRate.isNaN ? nil : $0.1.learningRate }))
        add("elapsed_seconds", .numbers(rows.map(\.1.elapsedSeconds)))
    }

    private mutating func add(_ name: String, _ values: Values) {
        columns.append(Column(name: name, values: values))
    }

    /// A parameter's column is of numbers where all its values are, and otherwise of texts.
    private mutating func addParameters(_ trials: [TrialState]) {
        var known: Set<String> = []
        for path in trials.flatMap({ $0.assignment.elements.map(\.path) }) where known.insert(path).inserted {
            let values = trials.map { $0.assignment[path] }
            let whole: [Int?] = values.map { if case .int(let value) = $0 { value } else { nil } }
            if zip(values, whole).allSatisfy({ $0 == nil || $1 != nil }) {
                add(path, .integers(whole))
            } else if values.allSatisfy({ $0 == nil || $0?.exactNumber != nil }) {
                add(path, .numbers(values.map { $0?.exactNumber }))
            } else {
                add(path, .texts(values.map { $0?.description }))
            }
        }
    }

    private mutating func addMetrics(_ rows: [[String: Double]]) {
        for name in Set(rows.flatMap(\.keys)).sorted() { add(name, .numbers(rows.map { $0[name] })) }
    }
}

extension ResultTable {
    /// The table as CSV (RFC 4180); a number reads back as the same one, and what is not there is an empty cell.
    package func csv() -> [UInt8] {
        var text = columns.map(\.name.tableCell).joined(separator: ",") + "\n"
        for row in 0..<rowCount {
            text +=
                columns.map { column in
                    switch column.values {
                    case .integers(let values): values[row].map { "\($0)" } ?? ""
                    case .numbers(let values): values[row].map { "\($0)" } ?? ""
                    case .texts(let values): (values[row] ?? "").tableCell
                    }
                }.joined(separator: ",") + "\n"
        }
        return Array(text.utf8)
    }
}
