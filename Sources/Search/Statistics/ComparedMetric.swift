package import Experiments
package import Studies

/// The metric by which trials are compared: a test metric, or an epoch's metric at the selected epoch.
package struct ComparedMetric: Hashable, Sendable {
    package let name: String
    /// The direction of improvement; nil if the name does not tell.
    package let goal: Goal?

    package init(_ name: String, rule: SelectionRule) {
        self.name = name
        goal = name == rule.monitor ? rule.goal : ComparedMetric.goal(of: name)
    }

    /// Nil if the trial was not completed within the study's budget, or its value is not finite.
    package func value(of trial: TrialState, terms: StudyTerms) -> Double? {
        guard trial.phase == .completed, !trial.hasOtherBudget(than: terms.epochs) else { return nil }
        var value = trial.outcome?.testMetrics[name]
        if value == nil, let selection = trial.selection(terms.rule) {
            // Epochs are 1, 2, ... without a gap.
            value = name == terms.rule.monitor ? selection.value : trial.history[selection.epoch - 1].metrics[name]
        }
        guard let value, value.isFinite else { return nil }
        return value
    }

    /// All metrics of a study's trials, sorted.
    package static func names(in state: StudyState) -> [String] {
        var names: Set<String> = []
        for trial in state.trials {
            for row in trial.history where !row.metrics.names.allSatisfy(names.contains) {
                names.formUnion(row.metrics.names)
            }
            if let outcome = trial.outcome { names.formUnion(outcome.testMetrics.keys) }
        }
        return names.sorted()
    }

    /// The default: the accuracy on the test part, or its error in the target's own units; if selection monitors another
    /// measure than the loss, that measure on the test part.
    package static func usual(in state: StudyState, rule: SelectionRule) -> String {
        usual(among: names(in: state), rule: rule)
    }

    /// - Parameter names: all metrics of the study's trials.
    static func usual(among names: [String], rule: SelectionRule) -> String {
        let names = Set(names)
        let measure = rule.monitor.hasPrefix("validation_") ? rule.monitor.dropFirst("validation_".count) : "loss"
        let wished = (measure == "loss" ? [] : ["test_\(measure)"]) + ["test_accuracy", "test_rmse", "test_loss"]
        return wished.first { names.contains($0) } ?? rule.monitor
    }

    private static func goal(of name: String) -> Goal? {
        // Counts of pseudo-labels and kept labels describe a technique; more of them is not better.
        guard ["train_", "validation_", "test_"].contains(where: { name.hasPrefix($0) }) else { return nil }
        return kind(of: name)?.goal
    }

    /// The possible values: a fraction lies between 0 and 1, an error is not below 0, r2 not above 1.
    package var bounds: Interval { ComparedMetric.kind(of: name)?.bounds ?? .unbounded }

    /// The possible differences of two values.
    package var differenceBounds: Interval {
        let width = bounds.upper - bounds.lower
        return Interval(lower: -width, upper: width)
    }

    /// By the measure that the name ends in; `rmse_original` is one in the target's own units.
    private static func kind(of name: String) -> (goal: Goal, bounds: Interval)? {
        let words = name.hasSuffix("_original") ? name.dropLast("_original".count) : Substring(name)
        switch words.split(separator: "_").last ?? "" {
        case "loss", "rmse", "rmsle", "mae", "mse", "entropy", "error":
            return (.minimize, Interval(lower: 0, upper: .infinity))
        case "accuracy", "auroc", "precision", "recall", "f1", "share": return (.maximize, Interval(lower: 0, upper: 1))
        case "r2": return (.maximize, Interval(lower: -.infinity, upper: 1))
        default: return nil
        }
    }
}

/// A requested metric that no trial of the study has.
package struct UnknownMetric: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// The metric that was probably meant.
    package let nearest: String?
    /// All metrics of the study.
    package let names: [String]

    init(_ name: String, among names: [String]) {
        self.name = name
        self.names = names
        nearest = Spelling.nearest(to: name, among: names)
    }

    package var description: String {
        let hint = nearest.map { " (did you mean \"\($0)\"?)" } ?? ""
        let known = names.isEmpty ? "it has none yet" : "there are: \(names.joined(separator: ", "))"
        return "no trial has a metric \"\(name)\"\(hint); \(known)"
    }
}
