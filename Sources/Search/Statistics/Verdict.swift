internal import Experiments

/// What an arm's difference to the baseline amounts to.
package enum Verdict: String, Hashable, Sendable, Codable {
    case better
    case worse
    /// Beyond noise, in a metric of which more is neither better nor worse.
    case higher
    case lower
    /// No difference that these seeds can tell from noise.
    case undecided
    /// The same value with every seed.
    case identical
    /// The same difference with every seed: nothing to tell its noise from.
    case withoutSpread = "without_spread"
    /// One seed in common: nothing to tell noise from.
    case oneSeed = "one_seed"
    /// No seed that both the arm and the baseline completed.
    case notYet = "not_yet"

    /// - Parameter difference: to the baseline, adjusted for how many comparisons there are; nil where there is none yet.
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

    /// Below this p a difference counts as one.
    package static let level = 1 - Interval.confidence
}
