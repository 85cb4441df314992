internal import Experiments
internal import Studies
package import Search

/// A comparison in sentences that claim no more than the seeds show.
extension Comparison {
    /// One or two sentences for each arm except the baseline; without a baseline, the ranking; for a single arm, its value.
    package var sentences: [String] {
        guard let first = arms.first else { return ["There is no trial yet."] }
        guard arms.count > 1 else { return [alone(first)] }
        guard baseline != nil else { return [selection, unclaimed] + flattery }
        if isAgainstBest { return [best] + others.map(sentence) + flattery }
        return others.map(sentence)
    }

    /// "the baseline", or what else the arms are compared with.
    package var referenceName: String { isAgainstBest ? "the best point" : "the baseline" }

    /// The verdict on one arm.
    package func sentence(_ arm: Arm) -> String {
        guard let baseline, let verdict = arm.verdict else { return alone(arm) }
        let (name, base) = (words(arm), "\(referenceName) (\(words(baseline)))")
        guard let difference = arm.difference else {
            return "\(name): no seed yet with which both it and \(base) have a value.\(missing(arm))"
        }
        let numbers = numbers(difference)
        let seeds = Numeral.count(difference.count, "seed")
        let sentence =
            switch verdict {
            case .better, .worse, .higher, .lower: "\(name) is \(verdict.rawValue) than \(base): \(numbers)."
            case .undecided: "\(name): no difference to \(base) that \(seeds) can tell from noise: \(numbers)."
            case .identical: "\(name): the same \(metric.name) as \(base) with each of \(seeds)."
            case .withoutSpread:
                "\(name): \(numbers) against \(base) with each of \(seeds); differences all alike leave no noise to "
                    + "judge by."
            case .oneSeed:
                "\(name): \(numbers) against \(base) with one seed, which cannot tell a difference from noise."
            case .notYet: "\(name): no seed yet with which both it and \(base) have a value."
            case .equivalent:
                "\(name) and \(base) are equivalent within \(Numeral.metric(terms.seedRule?.margin ?? 0)): \(numbers)."
            case .open: "\(name): not told from \(base) yet: \(numbers).\(outlook(arm))"
            }
        return sentence + missing(arm)
    }

    /// "test_accuracy +0.012 (95 % interval +0.004 to +0.020; 3 seeds; p = 0.02)".
    private func numbers(_ difference: PairedDifference) -> String {
        let precision = Numeral.Precision(difference.interval?.halfWidth)
        var details: [String] = []
        if let interval = difference.interval {
            details.append(
                "\(percent) interval \(precision.signed(interval.lower)) to \(precision.signed(interval.upper))")
        }
        if let p = difference.adjustedP {
            details += [Numeral.count(difference.count, "seed"), Numeral.p(p)]
            // The interval and p are both adjusted, so that they agree.
            if testCount > 1 {
                details.append(
                    terms.seedRule == nil
                        ? "after Holm's adjustment for \(testCount) comparisons"
                        : "for \(testCount) comparisons together")
            }
        }
        let parentheses = details.isEmpty ? "" : " (\(details.joined(separator: "; ")))"
        return "\(metric.name) \(precision.signed(difference.mean))\(parentheses)"
    }

    /// The full label, or the short one if any is too long to be repeated.
    func words(_ arm: Arm) -> String { hasLongLabels ? arm.shortLabel : arm.label }

    /// Of all comparisons: "95 %".
    private var percent: String { "\(Numeral.metric(100 * (terms.seedRule?.confidence ?? Interval.confidence))) %" }

    /// "About 5 more seeds of each would tell (12 minutes of training)."
    private func outlook(_ arm: Arm) -> String {
        guard let seeds = arm.furtherSeeds, let rule = terms.seedRule else { return "" }
        let left = rule.max - arm.values.count
        guard seeds <= left else {
            return " The \(Numeral.count(left, "seed")) that it may still have would not tell: it takes about \(seeds)."
        }
        let cost = [arm, baseline].compactMap { $0?.seconds }.reduce(0, +) * Double(seeds)
        let time = cost > 0 ? " (\(Numeral.metric(cost / 60)) minutes of training)" : ""
        return " About \(Numeral.count(seeds, "more seed")) of each would tell\(time)."
    }

    /// Whether the best point is better than all others.
    private var best: String {
        guard let baseline else { return selection }
        let verdicts = others.compactMap(\.verdict)
        let name = "Point \(baseline.point) (\(words(baseline)))"
        if verdicts.allSatisfy({ $0 == .worse }) {
            return "\(name) is better than all \(others.count) others: with a confidence of "
                + "\(percent), at whatever moment one looks, no other is as good."
        }
        let rest = verdicts.count { $0 != .worse && $0 != .equivalent }
        guard rest > 0 else {
            return
                "\(name) is the best, and \(Numeral.count(verdicts.count { $0 == .equivalent }, "other")) equivalent "
                + "within \(Numeral.metric(terms.seedRule?.margin ?? 0))."
        }
        return "\(name) has the best mean, but \(Numeral.count(rest, "other point")) may be as good."
    }

    /// How much the best of many is flattered.
    private var flattery: [String] {
        guard let bias = selectionBias else { return [] }
        return [
            "The best of \(arms.count { $0.rank != nil }) means is flattered by having been chosen: here by about "
                + "\(Numeral.metric(bias)) of \(metric.name)."
        ]
    }

    private func missing(_ arm: Arm) -> String {
        var parts: [String] = []
        for (name, arm) in [("its", arm), ("\(referenceName)'s", arm.isBaseline ? nil : baseline)] {
            if let arm, arm.withoutValue > 0 {
                parts.append(" \(arm.withoutValue) of \(name) \(Numeral.count(arm.trials, "trial")) gave no value.")
            }
            if let arm, arm.otherBudget > 0 {
                parts.append(
                    " \(arm.otherBudget) of \(name) \(Numeral.count(arm.trials, "trial")) \(arm.otherBudget == 1 ? "is" : "are") "
                        + "left out: trained for another number of epochs than \(terms.epochs ?? 0).")
            }
        }
        return parts.joined()
    }

    private func alone(_ arm: Arm) -> String {
        guard let estimate = arm.estimate else { return "\(words(arm)): no trial has given a \(metric.name) yet." }
        let precision = Numeral.Precision(estimate.interval?.halfWidth)
        let interval =
            estimate.interval.map {
                " (95 % interval \(precision.text($0.lower)) to \(precision.text($0.upper)); "
                    + "\(Numeral.count(estimate.count, "seed")))"
            } ?? " (\(Numeral.count(estimate.count, "seed")))"
        let rest = arms.count > 1 ? "." : "; there is no other point to compare it with."
        return "\(words(arm)): \(metric.name) \(precision.text(estimate.mean))\(interval)\(rest)" + missing(arm)
    }

    /// The point that the study selects, and the value that selects it.
    private var selection: String {
        guard let selected, let mean = selected.monitored else {
            return "No point has been selected: no trial is completed with a finite \(terms.rule.monitor)."
        }
        let count = Numeral.count(selected.values.count, "seed")
        return "Point \(selected.point) (\(words(selected))) has the best mean \(terms.rule.monitor) of "
            + "\(arms.count) points: \(Numeral.metric(mean)) over \(count)."
    }

    /// Why no difference is claimed without a baseline.
    private var unclaimed: String {
        "They are ranked and not tested: the best of many is flattered by chance, and no point of a random search is a "
            + "baseline. winnow compare --baseline N tests all against point N."
    }
}
