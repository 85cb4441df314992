package import Experiments

/// One point of a study's search space: the same settings, tried with several seeds.
package struct Arm: Hashable, Sendable {
    /// The point's number, of its first trial.
    package let point: Int
    package let assignment: Assignment
    /// The parameters in which the study's points differ; all of them where none do.
    private let shown: [Assignment.Element]
    /// "model.dropout = 0.5", numbers to four digits.
    package let label: String
    /// How many trials there are, finished or not.
    package let trials: Int
    /// Trials that failed, or that completed without a finite value.
    package let withoutValue: Int
    /// Trials that were completed with another budget of epochs than the study's, and are left out.
    package let otherBudget: Int
    /// By replicate; a replicate has the same seed at every point.
    package let values: [Int: Double]
    /// Nil without values.
    package let estimate: MeanEstimate?
    /// The mean of the value that the study selects by, which ranks the points; nil without one.
    package let monitored: Double?
    /// The place among the points that compete to be selected, 1 for the selected one; nil for those with too few seeds.
    package internal(set) var rank: Int?
    /// Mean seconds of training of the trials that count; nil without one.
    package let seconds: Double?
    package internal(set) var isBaseline = false
    /// To the baseline, adjusted for all arms that are compared; nil for the baseline itself, without one, and without a
    /// common seed.
    package internal(set) var difference: PairedDifference?
    /// Nil for the baseline, and without one.
    package internal(set) var verdict: Verdict?

    /// The difference's p, adjusted for all arms that are compared.
    package var adjustedP: Double? { difference?.adjustedP }

    /// - Parameters:
    ///   - standing: the point's.
    ///   - all: the study's trials.
    ///   - differing: the paths in which the study's points differ.
    init(
        _ standing: PointRanking.Standing, of all: [TrialState], differing: Set<String>, metric: ComparedMetric,
        terms: StudyTerms
    ) {
        point = standing.point
        assignment = standing.assignment
        monitored = standing.mean
        let elements = assignment.elements.filter { differing.contains($0.path) }
        shown = elements.isEmpty ? assignment.elements : elements
        label = ArmLabel.text(shown, isShort: false)
        trials = standing.trials.count
        var values: [Int: Double] = [:]
        var seconds: [Double] = []
        var (withoutValue, otherBudget) = (0, 0)
        for trial in standing.trials.lazy.map({ all[$0] }) where trial.isOver {
            guard !trial.hasOtherBudget(than: terms.epochs) else {
                otherBudget += 1
                continue
            }
            if let value = metric.value(of: trial, terms: terms) {
                values[trial.replicate] = value
            } else {
                withoutValue += 1
            }
            if trial.phase == .completed, let last = trial.history.last { seconds.append(last.elapsedSeconds) }
        }
        self.values = values
        self.withoutValue = withoutValue
        self.otherBudget = otherBudget
        estimate = MeanEstimate(values.sorted { $0.key < $1.key }.map(\.value), within: metric.bounds)
        self.seconds = MeanEstimate(seconds)?.mean
    }

    /// "dropout = 0.5": the last part of each path alone, where no other path ends alike.
    package var shortLabel: String { ArmLabel.text(shown, isShort: true) }
}
