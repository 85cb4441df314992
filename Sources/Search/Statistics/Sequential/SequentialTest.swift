#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A t test of a difference that may be looked at after every value: however often one looks, and whenever one stops, the
/// probability of ever rejecting a true hypothesis is at most the level.
///
/// With a difference of estimated mean d, variance factor c, and noise of variance s^2 known by v degrees of freedom, the
/// evidence against the mean m is the ratio of the likelihood under m + sigma N(0, 1 / phi), integrated, to that under m:
///
///     t^2 = (d - m)^2 / (c s^2),  r = phi / (phi + 1 / c)
///     e(m) = sqrt(r) ((1 + t^2 / v) / (1 + r t^2 / v))^((v + 1) / 2)
///
/// It is a martingale that begins at 1, for which Ville's inequality bounds the chance of ever reaching 1 / level. The
/// means that it does not reject are a confidence sequence.
///
/// Source: Lindon, Ham, Tingley, Bojinov, "Anytime-valid linear models and regression adjusted causal inference in
/// randomized experiments", arXiv 2210.08589, theorem 3.1; Wang, Ramdas, "Anytime-valid t-tests and confidence sequences
/// for Gaussian means with unknown variance", arXiv 2310.03722.
package enum SequentialTest {
    /// phi: differences of about three standard deviations of a value's noise are expected. Between 0.05 and 0.5 the
    /// intervals after 4 to 20 seeds differ by less than a tenth.
    static let priorPrecision = 0.1

    /// ln e of the hypothesis that the mean is `hypothesis`.
    package static func logEvidence(
        _ difference: BlockAnalysis.Difference, _ analysis: BlockAnalysis, against hypothesis: Double = 0
    ) -> Double {
        let distance = difference.mean - hypothesis
        guard analysis.variance > 0 else { return distance == 0 ? 0 : .infinity }
        let freedom = Double(analysis.degreesOfFreedom)
        let square = distance * distance / (difference.varianceFactor * analysis.variance) / freedom
        let ratio = ratio(difference.varianceFactor)
        return 0.5 * log(ratio) + 0.5 * (freedom + 1) * (log1p(square) - log1p(ratio * square))
    }

    /// The probability that the evidence ever gets as strong as it is, if the mean is 0; valid whenever one looks.
    package static func p(_ difference: BlockAnalysis.Difference, _ analysis: BlockAnalysis) -> Double {
        min(1, exp(-logEvidence(difference, analysis)))
    }

    /// Half of the width of the confidence sequence's interval; infinity where no mean is rejected yet.
    ///
    /// - Parameter level: the probability of ever missing the mean.
    package static func halfWidth(
        _ difference: BlockAnalysis.Difference, _ analysis: BlockAnalysis, level: Double
    ) -> Double {
        halfWidth(
            varianceFactor: difference.varianceFactor, variance: analysis.variance,
            degreesOfFreedom: Double(analysis.degreesOfFreedom), level: level)
    }

    static func halfWidth(varianceFactor: Double, variance: Double, degreesOfFreedom: Double, level: Double) -> Double {
        let ratio = ratio(varianceFactor)
        // ((1 + u) / (1 + r u))^((v + 1) / 2) = 1 / (level sqrt(r)), solved for u = t^2 / v.
        let bound = exp(-2 / (degreesOfFreedom + 1) * (log(level) + 0.5 * log(ratio)))
        guard ratio * bound < 1 else { return .infinity }
        let square = (bound - 1) / (1 - ratio * bound)
        return (square * degreesOfFreedom * varianceFactor * variance).squareRoot()
    }

    private static func ratio(_ varianceFactor: Double) -> Double {
        priorPrecision / (priorPrecision + 1 / varianceFactor)
    }
}
