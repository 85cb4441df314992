package import Experiments
import Studies

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One point of a study's search space: the same settings, tried with several seeds.
package struct Arm: Hashable, Sendable {
    /// The point's number, as in its first trial.
    package let point: Int
    package let assignment: Assignment
    /// The parameters in which the study's points differ; all of them if none do.
    private let shown: [Assignment.Element]
    /// "model.dropout = 0.5", numbers to four digits.
    package let label: String
    /// How many trials there are, finished or not.
    package let trials: Int
    /// Trials that failed, or that completed without a finite value.
    package let withoutValue: Int
    /// Trials that were completed with another budget of epochs than the study's; they are excluded.
    package let otherBudget: Int
    /// By replicate; a replicate has the same seed at every point.
    package let values: [Int: Double]
    /// Nil without values.
    package let estimate: MeanEstimate?
    /// The mean of the monitored value, which ranks the points; nil without one.
    package let monitored: Double?
    /// The rank among the points that compete for selection, 1 for the selected one; nil for those with too few seeds.
    package internal(set) var rank: Int?
    /// The mean training time of the trials that count, in seconds; nil without one.
    package let seconds: Double?
    package internal(set) var isBaseline = false
    /// The difference to the baseline, adjusted for all arms that are compared; nil for the baseline itself, without a
    /// baseline, and without a common seed.
    package internal(set) var difference: PairedDifference?
    /// Nil for the baseline itself, and without a baseline.
    package internal(set) var verdict: Verdict?

    /// The difference's p, adjusted for all arms that are compared.
    package var adjustedP: Double? { difference?.adjustedP }

    /// - Parameters:
    ///   - standing: of the point.
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

    /// "dropout = 0.5": the last part of each path, unless another path ends in it as well.
    package var shortLabel: String { ArmLabel.text(shown, isShort: true) }
}

/// An arm's settings as readable text.
enum ArmLabel {
    static func text(_ elements: [Assignment.Element], isShort: Bool) -> String {
        guard !elements.isEmpty else { return "the experiment as it stands" }
        let names = elements.map { $0.path.split(separator: ".").last.map(String.init) ?? $0.path }
        return zip(elements, names).map { element, name in
            let isUnique = names.count { $0 == name } == 1
            return "\(isShort && isUnique ? name : element.path) = \(value(element.value))"
        }.joined(separator: ", ")
    }

    /// Four digits: 0.004376123882148072, which was drawn, becomes 0.004376; written numbers are short already.
    private static func value(_ value: ParameterValue) -> String {
        guard case .double(let number) = value, number != 0, number.isFinite else { return value.description }
        let power = 3 - Int(log10(abs(number)).rounded(.down))
        guard (0...18).contains(power) else { return value.description }
        let scale = pow(10, Double(power))
        return ParameterValue.double((number * scale).rounded() / scale).description
    }
}

/// The verdict on an arm's difference to the baseline.
package enum Verdict: String, Hashable, Sendable, Codable {
    case better
    case worse
    /// Significant, in a metric without a direction of improvement.
    case higher
    case lower
    /// Not significant with these seeds.
    case undecided
    /// The same value with every seed.
    case identical
    /// The same difference with every seed, so there is no noise to compare it with.
    case withoutSpread = "without_spread"
    /// One common seed, which cannot show noise.
    case oneSeed = "one_seed"
    /// No seed that both the arm and the baseline completed.
    case notYet = "not_yet"

    /// - Parameter difference: to the baseline, adjusted for the number of comparisons; nil if there is none yet.
    init(_ difference: PairedDifference?, of metric: ComparedMetric) {
        guard let difference else {
            self = .notYet
            return
        }
        guard difference.count > 1 else {
            self = .oneSeed
            return
        }
        guard let p = difference.adjustedP else {
            self = difference.isNone ? .identical : .withoutSpread
            return
        }
        guard p < Verdict.level else {
            self = .undecided
            return
        }
        let isHigher = difference.mean > 0
        switch metric.goal {
        case nil: self = isHigher ? .higher : .lower
        case .maximize: self = isHigher ? .better : .worse
        case .minimize: self = isHigher ? .worse : .better
        }
    }

    /// The significance level.
    package static let level = 1 - Interval.confidence
}
