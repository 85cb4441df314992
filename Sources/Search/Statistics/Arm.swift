package import Experiments
import Studies

/// One point of a study's search space: the same settings, tried with several seeds.
package struct Arm: Hashable, Sendable {
    /// The point's number, as in its first trial.
    package let point: Int
    package let assignment: Assignment
    /// The parameters in which the study's points differ; all of them if none do.
    private let shown: [Assignment.Element]
    /// "model.dropout = 0.5", numbers to four digits.
    package let label: String
    private let labels: SettingLabels
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
    /// Further seeds after which there will be a verdict, if the values stay as they are; nil where nobody can tell, and
    /// where all points have the same seeds.
    package internal(set) var furtherSeeds: Int?

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
        labels = terms.labels
        label = labels.text(shown)
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

    /// "dropout = 0.5, augment 2".
    package var shortLabel: String { labels.shortText(shown) }

    /// Whether the short label has numbers in the place of long values.
    package var isNumbered: Bool { labels.isNumbered(shown) }
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
    /// The difference is within the study's margin.
    case equivalent
    /// The study gives further seeds.
    case open = "goes_on"

    /// - Parameter answer: of a study that gives seeds until it knows.
    init(_ answer: SequentialComparison.Answer, of metric: ComparedMetric) {
        self =
            switch answer {
            case .better: metric.goal == nil ? .higher : .better
            case .worse: metric.goal == nil ? .lower : .worse
            case .equivalent: .equivalent
            case .open: .open
            case .undecided: .undecided
            }
    }

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
