package import Experiments

/// The number that a trial is judged by: a test metric, or an epoch's metric at the selected epoch.
package struct ComparedMetric: Hashable, Sendable {
    package let name: String
    /// Which way it gets better; nil where the name does not tell.
    package let goal: Goal?

    package init(_ name: String, rule: SelectionRule) {
        self.name = name
        goal = name == rule.monitor ? rule.goal : ComparedMetric.goal(of: name)
    }

    /// Nil where the trial has not been completed, or its value is no finite number.
    package func value(of trial: TrialState, rule: SelectionRule) -> Double? {
        guard trial.phase == .completed else { return nil }
        var value = trial.outcome?.testMetrics[name]
        if value == nil, let epoch = trial.selection(rule)?.epoch {
            value = trial.history.first { $0.epoch == epoch }?.metrics[name]
        }
        guard let value, value.isFinite else { return nil }
        return value
    }

    /// All that a study's trials have, sorted.
    package static func names(in state: StudyState) -> [String] {
        var names: Set<String> = []
        for trial in state.trials {
            for row in trial.history { names.formUnion(row.metrics.keys) }
            if let outcome = trial.outcome { names.formUnion(outcome.testMetrics.keys) }
        }
        return names.sorted()
    }

    /// What a study is judged by where nobody says: the test part's accuracy, or its error in the target's own units;
    /// where selection monitors another measure than the loss, that measure on the test part.
    package static func usual(in state: StudyState, rule: SelectionRule) -> String {
        let names = Set(names(in: state))
        let measure = rule.monitor.hasPrefix("validation_") ? rule.monitor.dropFirst("validation_".count) : "loss"
        let wished = (measure == "loss" ? [] : ["test_\(measure)"]) + ["test_accuracy", "test_rmse", "test_loss"]
        return wished.first { names.contains($0) } ?? rule.monitor
    }

    private static func goal(of name: String) -> Goal? {
        // What is told about pseudo-labels and kept labels describes a technique; more of it is not better.
        guard ["train_", "validation_", "test_"].contains(where: { name.hasPrefix($0) }) else { return nil }
        let measure = name.split(separator: "_").last ?? ""
        switch measure {
        case "loss", "rmse", "mae", "mse": return .minimize
        case "accuracy", "precision", "recall", "f1", "r2": return .maximize
        default: return nil
        }
    }
}
