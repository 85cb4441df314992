package import Experiments

/// How points compare by now, by an answer that holds at whatever moment one looks.
///
/// All points with a value of the first seed are analysed together, in blocks of a seed, so that all of them tell the noise.
/// Each is compared with a reference by ``SequentialTest``. With a baseline as the reference, the confidence is that of all
/// comparisons together (Bonferroni). With the best point as the reference, that it is the best of all is tested pair by
/// pair: of those that could be taken for it by mistake, all would have to be beaten, and two tied ones are the worst case.
///
/// Source: Gutmann, Maymin, "Is the selected population the best?", Annals of Statistics 15(1), 1987.
package struct SequentialComparison: Sendable {
    package enum Answer: String, Hashable, Sendable, CaseIterable {
        case better
        case worse
        /// The difference is within the margin.
        case equivalent
        /// Further seeds will tell.
        case open
        /// All seeds that a point may have do not tell.
        case undecided
    }

    /// A point to compare.
    package struct Point: Sendable {
        /// By replicate, of the completed trials.
        package let values: [Int: Double]
        /// Whether it may have further seeds.
        package let goesOn: Bool

        package init(values: [Int: Double], goesOn: Bool) {
            self.values = values
            self.goesOn = goesOn
        }

        /// - Parameter isWithoutValue: whether a trial of the point gave none: further seeds would tell nothing.
        init(values: [Int: Double], isWithoutValue: Bool, _ rule: SeedRule) {
            self.init(values: values, goesOn: !isWithoutValue && values.count < rule.max)
        }
    }

    /// What is known of a point.
    package struct Result: Sendable {
        package let answer: Answer
        /// Of the values to the reference's; nil where nothing is known yet.
        package let difference: Double?
        /// The confidence sequence's; nil where it says nothing yet.
        package let interval: Interval?
        /// Of no difference, adjusted for all comparisons, valid whenever one looks.
        package let p: Double?
        /// Further seeds, of the point and of the reference, after which there will be an answer if both stay as they are;
        /// nil where there is one, or where nobody can tell.
        package let furtherSeeds: Int?
    }

    /// The place of the point that the others are compared with; nil where nothing can be compared yet.
    package let reference: Int?
    /// By point; that of the reference is about all others together.
    package let results: [Result]

    /// - Parameters:
    ///   - baseline: the place of the baseline; nil takes the best point as the reference.
    ///   - goal: nil for a metric without a direction, which has the higher values as the better ones.
    package init(_ points: [Point], baseline: Int?, goal: Goal?, _ rule: SeedRule) {
        let sign: Double = goal == .minimize ? -1 : 1
        let first = points.compactMap { $0.values.keys.min() }.min() ?? 0
        let taking = points.indices.filter { points[$0].values[first] != nil }
        let unknown = points.map {
            Result(
                answer: $0.goesOn ? .open : .undecided, difference: nil, interval: nil, p: nil, furtherSeeds: nil)
        }
        guard points.count > 1 else {
            let only = Result(answer: .undecided, difference: nil, interval: nil, p: nil, furtherSeeds: nil)
            (reference, results) = (nil, points.map { _ in only })
            return
        }
        guard let analysis = BlockAnalysis(taking.map { points[$0].values.mapValues { sign * $0 } }),
            let place = baseline.map({ taking.firstIndex(of: $0) }) ?? analysis.order.first
        else {
            (reference, results) = (nil, unknown)
            return
        }
        let count = baseline == nil ? 1 : taking.count - 1
        let comparisons = Comparisons(
            analysis: analysis, level: (1 - rule.confidence) / Double(count), count: Double(count), margin: rule.margin,
            sign: sign)
        var results = unknown
        for other in taking.indices where other != place {
            results[taking[other]] = comparisons.result(
                of: other, to: place, counts: (points[taking[other]].values.count, points[taking[place]].values.count),
                goesOn: points[taking[other]].goesOn)
        }
        let answers = points.indices.filter { $0 != taking[place] }.map { results[$0].answer }
        results[taking[place]] = Result(
            answer: Self.answer(against: answers), difference: nil, interval: nil, p: nil,
            furtherSeeds: results.compactMap(\.furtherSeeds).max())
        self.results = results
        reference = taking[place]
    }

    /// What holds for the reference, from what holds for all others.
    private static func answer(against others: [Answer]) -> Answer {
        if others.contains(.open) { return .open }
        if others.contains(.undecided) { return .undecided }
        if others.allSatisfy({ $0 == .worse }) { return .better }
        return others.contains(.better) ? .worse : .equivalent
    }
}

/// The terms that all comparisons of a study have in common.
private struct Comparisons {
    let analysis: BlockAnalysis
    let level: Double
    let count: Double
    let margin: Double
    /// -1 where smaller values are better, as the analysis has them with the sign turned.
    let sign: Double

    func result(of one: Int, to other: Int, counts: (Int, Int), goesOn: Bool) -> SequentialComparison.Result {
        let difference = analysis.difference(of: one, to: other)
        let half = SequentialTest.halfWidth(difference, analysis, level: level)
        let known = answer(difference.mean, half)
        let mean = sign * difference.mean
        return SequentialComparison.Result(
            answer: known ?? (goesOn ? .open : .undecided), difference: mean,
            interval: half.isFinite ? Interval(lower: mean - half, upper: mean + half) : nil,
            p: min(1, count * SequentialTest.p(difference, analysis)),
            furtherSeeds: known == nil ? furtherSeeds(difference, counts) : nil)
    }

    private func answer(_ mean: Double, _ half: Double) -> SequentialComparison.Answer? {
        if margin > 0, abs(mean) + half <= margin { return .equivalent }
        if mean - half > 0 { return .better }
        return mean + half < 0 ? .worse : nil
    }

    /// The least number of further seeds of both points after which the same difference and noise give an answer.
    private func furtherSeeds(_ difference: BlockAnalysis.Difference, _ counts: (Int, Int)) -> Int? {
        let now = 1 / Double(counts.0) + 1 / Double(counts.1)
        func isEnough(_ seeds: Int) -> Bool {
            let then = 1 / Double(counts.0 + seeds) + 1 / Double(counts.1 + seeds)
            let half = SequentialTest.halfWidth(
                varianceFactor: difference.varianceFactor * then / now, variance: analysis.variance,
                degreesOfFreedom: Double(analysis.degreesOfFreedom + seeds), level: level)
            return answer(difference.mean, half) != nil
        }
        var (low, high) = (0, 1)
        while !isEnough(high) {
            guard high < 1 << 16 else { return nil }
            (low, high) = (high, high * 2)
        }
        while high - low > 1 {
            let middle = (low + high) / 2
            if isEnough(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
