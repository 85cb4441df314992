package import Experiments

/// One point of a study's search space: the same settings, tried with several seeds.
package struct Arm: Hashable, Sendable {
    /// The point's number, of its first trial.
    package let point: Int
    package let assignment: Assignment
    /// The parameters in which the study's points differ; all of them where none do.
    private let shown: [Assignment.Element]
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
        let elements = assignment.elements.filter { differing.contains($0.path) }
        shown = elements.isEmpty ? assignment.elements : elements
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

    /// "model.dropout = 0.5", numbers to four digits.
    package var label: String { ArmLabel.text(shown, isShort: false) }

    /// "dropout = 0.5": the last part of each path alone, where no other path ends alike.
    package var shortLabel: String { ArmLabel.text(shown, isShort: true) }
}
