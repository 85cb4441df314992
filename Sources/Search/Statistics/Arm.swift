package import Experiments

/// One point of a study's search space: the same settings, tried with several seeds.
package struct Arm: Hashable, Sendable {
    /// The point's number, of its first trial.
    package let point: Int
    /// The parameters in which the study's points differ: "model.dropout = 0.5".
    package let label: String
    package let assignment: Assignment
    /// How many trials there are, finished or not.
    package let trials: Int
    /// Trials that failed, or that completed without a finite value.
    package let withoutValue: Int
    /// By replicate; a replicate has the same seed at every point.
    package let values: [Int: Double]
    /// Nil without values.
    package let estimate: MeanEstimate?
    /// Mean seconds of training of the completed trials; nil without one.
    package let seconds: Double?
    /// To the baseline; nil for the baseline itself, and without a common seed.
    package internal(set) var difference: PairedDifference?
    /// The difference's p, adjusted for all arms that are compared.
    package internal(set) var adjustedP: Double?
    /// Nil for the baseline.
    package internal(set) var verdict: Verdict?

    /// - Parameters:
    ///   - trials: of one assignment, at least one.
    ///   - differing: the paths in which the study's points differ.
    init(_ trials: [TrialState], differing: Set<String>, metric: ComparedMetric, rule: SelectionRule) {
        precondition(!trials.isEmpty, "an arm has trials")
        point = trials[0].point
        assignment = trials[0].assignment
        label = Arm.label(assignment, differing: differing)
        self.trials = trials.count
        var values: [Int: Double] = [:]
        for trial in trials {
            if let value = metric.value(of: trial, rule: rule) { values[trial.replicate] = value }
        }
        self.values = values
        withoutValue = trials.count { $0.isOver && metric.value(of: $0, rule: rule) == nil }
        estimate = MeanEstimate(values.sorted { $0.key < $1.key }.map(\.value))
        let times = trials.filter { $0.phase == .completed }.compactMap { $0.history.last?.elapsedSeconds }
        seconds = MeanEstimate(times)?.mean
    }

    private static func label(_ assignment: Assignment, differing: Set<String>) -> String {
        let shown = assignment.elements.filter { differing.contains($0.path) }
        let elements = shown.isEmpty ? assignment.elements : shown
        guard !elements.isEmpty else { return "the experiment as it stands" }
        return elements.map { "\($0.path) = \($0.value)" }.joined(separator: ", ")
    }
}
