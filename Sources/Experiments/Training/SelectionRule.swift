/// Which epoch of a trial is kept, and which trial wins: the best value of one metric, the earliest of equals.
package struct SelectionRule: Hashable, Sendable, Codable {
    /// The metric's column name, such as `validation_loss`.
    package let monitor: String
    package let goal: Goal

    package init(monitor: String, goal: Goal) {
        self.monitor = monitor
        self.goal = goal
    }
}

extension SelectionRule {
    /// What a program is judged by: any metric that it reports.
    init(readingForProgram section: Section) throws(ExperimentError) {
        self.init(monitor: MetricName.plain(try section.string("monitor")), goal: try section.choice("goal"))
    }

    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        var monitor = Monitor.validationLoss
        if let value = section.optional("monitor") { monitor = try Monitor(reading: value, task: task) }
        section.note("monitor", ConfigNode(.string(monitor.rawValue)))
        self.init(monitor: monitor.rawValue, goal: try section.choice("goal", default: monitor.goal))
    }
}

/// What a program's metrics are called in a study.
package enum MetricName {
    /// The name with dots in place of slashes: in HDF5 a slash would begin a group.
    package static func plain(_ name: String) -> String {
        name.contains("/") ? name.split(separator: "/", omittingEmptySubsequences: true).joined(separator: ".") : name
    }
}

/// Which way a monitored value gets better.
package enum Goal: String, Hashable, Sendable, Codable, CaseIterable {
    case minimize
    case maximize

    /// Whether `value` is better than `other`; false for equals and wherever NaN takes part.
    package func prefers(_ value: Double, over other: Double) -> Bool {
        switch self {
        case .minimize: value < other
        case .maximize: value > other
        }
    }
}

/// A validation metric that can decide which epoch is kept and when training stops.
package enum Monitor: String, Hashable, Sendable, CaseIterable {
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    /// The mean over the classes of 2 precision recall / (precision + recall).
    case validationMacroF1 = "validation_macro_f1"
    /// The mean over the classes of the share of theirs that is predicted right.
    case validationBalancedAccuracy = "validation_balanced_accuracy"
    /// The mean over the classes of the area under the curve of true over false positives.
    case validationAUROC = "validation_auroc"
    /// The mean over the classes of the area under the curve of precision over recall.
    case validationAveragePrecision = "validation_average_precision"
    /// The share of samples whose class is among the five most probable ones.
    case validationTopFiveAccuracy = "validation_top5_accuracy"
    /// The expected calibration error, in 15 bins.
    case validationCalibrationError = "validation_calibration_error"
    case validationRMSE = "validation_rmse"
    case validationMeanAbsoluteError = "validation_mean_absolute_error"
    /// The root mean squared error of log(1 + x), in the target's own units.
    case validationRMSLE = "validation_rmsle"
    case validationR2 = "validation_r2"
    /// The mean of -log p of the true class, whatever the loss: no smoothing, no class weights.
    case validationCrossEntropy = "validation_cross_entropy"
    /// The mean of (x - y)^2, whatever the loss.
    case validationMeanSquaredError = "validation_mean_squared_error"

    /// The way it gets better.
    package var goal: Goal {
        switch self {
        case .validationLoss, .validationRMSE, .validationCrossEntropy, .validationMeanSquaredError,
            .validationMeanAbsoluteError, .validationRMSLE, .validationCalibrationError:
            .minimize
        case .validationAccuracy, .validationMacroF1, .validationR2, .validationBalancedAccuracy, .validationAUROC,
            .validationAveragePrecision, .validationTopFiveAccuracy:
            .maximize
        }
    }

    /// Those that a task has.
    package static func all(for task: LearningTask) -> [Monitor] {
        switch task {
        case .classification:
            [
                .validationLoss, .validationCrossEntropy, .validationAccuracy, .validationMacroF1,
                .validationBalancedAccuracy, .validationAUROC, .validationAveragePrecision, .validationTopFiveAccuracy,
                .validationCalibrationError,
            ]
        case .regression:
            [
                .validationLoss, .validationMeanSquaredError, .validationRMSE, .validationR2,
                .validationMeanAbsoluteError, .validationRMSLE,
            ]
        }
    }
}

extension Monitor {
    init(reading value: ConfigValue, task: LearningTask) throws(ExperimentError) {
        let word = try value.string()
        if word.hasPrefix("test_") {
            throw value.error(
                "\(word) cannot be monitored: the test split is evaluated once, on the selected epoch only",
                correction: Self.validation(word.dropFirst("test_".count)))
        }
        if word.hasPrefix("train_") {
            throw value.error(
                "\(word) cannot be monitored: it falls on while the model overfits",
                correction: Self.validation(word.dropFirst("train_".count)))
        }
        let monitors = Monitor.all(for: task)
        guard let monitor = Monitor(rawValue: word) else {
            throw value.unknown("monitor", word, among: monitors.map(\.rawValue))
        }
        guard monitors.contains(monitor) else {
            throw value.error(
                "a \(task.rawValue) has no \(word); there are: \(monitors.map(\.rawValue).joined(separator: ", "))")
        }
        self = monitor
    }

    private static func validation(_ metric: Substring) -> ExperimentError.Correction? {
        Monitor(rawValue: "validation_\(metric)").map { .spelling($0.rawValue) }
    }
}
