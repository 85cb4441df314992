import Experiments
package import Studies

/// A study's points by one metric over their seeds: ranked, and compared with a baseline if there is one.
///
/// The first point of a grid is its baseline, since the file lists it first. A random search has none by default, and
/// without a baseline no difference is claimed. Verdict, p and interval of a difference are one computation: the
/// paired t test over the seeds that both points have, adjusted by ``Holm`` if several points are compared. It holds for a
/// number of seeds that was chosen beforehand; where the study gives seeds until it knows, it is ``SequentialComparison``
/// instead, which holds at whatever moment one looks.
package struct Comparison: Sendable {
    package let metric: ComparedMetric
    package let terms: StudyTerms
    /// In the order of their first trials.
    package let arms: [Arm]
    /// Indices of ``arms``, the best mean of the monitored value first; arms with fewer seeds than the others come last.
    package let order: [Int]
    /// How many arms were tested against the baseline.
    package let testCount: Int
    /// Whether any label is too long to be repeated; stored, since each sentence needs it.
    package let hasLongLabels: Bool
    /// Whether the arms are compared with the best one, and not with a baseline.
    package private(set) var isAgainstBest = false
    private let baselineIndex: Int?
    private let indices: [Assignment: Int]

    /// - Parameters:
    ///   - name: a test metric, or an epoch's metric, which is taken at the selected epoch; nil is
    ///     ``ComparedMetric/usual(in:rule:)``.
    ///   - baseline: the number of the baseline point; nil is the first of a grid, and none of a random search.
    ///   - terms: the study's selection rule and budget.
    /// - Throws: ``ComparisonError`` if no trial has the metric, or no point has that number.
    package init(
        _ state: StudyState, metric name: String? = nil, baseline: Int? = nil, terms: StudyTerms
    ) throws(ComparisonError) {
        let names = ComparedMetric.names(in: state)
        if let name, !names.contains(name) { throw .unknownMetric(UnknownMetric(name, among: names)) }
        let metric = name ?? ComparedMetric.usual(among: names, rule: terms.rule)
        let ranking = state.ranking(terms)
        var index: Int?
        if let baseline {
            index = ranking.standings.firstIndex { $0.point == baseline }
            guard index != nil else {
                let points = ranking.standings.map(\.point)
                throw .unknownPoint(baseline, among: points.min().flatMap { first in points.max().map { first...$0 } })
            }
        }
        self.init(state, ranking, metric: metric, baseline: index, terms: terms)
    }

    /// By the usual metric, with the usual baseline.
    package init(usual state: StudyState, terms: StudyTerms) {
        self.init(
            state, state.ranking(terms), metric: ComparedMetric.usual(in: state, rule: terms.rule), baseline: nil,
            terms: terms)
    }

    private init(
        _ state: StudyState, _ ranking: PointRanking, metric name: String, baseline: Int?, terms: StudyTerms
    ) {
        let metric = ComparedMetric(name, rule: terms.rule)
        let differing = Comparison.differingPaths(ranking.standings)
        var arms = ranking.standings.map {
            Arm($0, of: state.trials, differing: differing, metric: metric, terms: terms)
        }
        order = ranking.order
        for (rank, index) in order.enumerated() where ranking.standings[index].competes { arms[index].rank = rank + 1 }
        if let rule = terms.seedRule, !arms.isEmpty {
            isAgainstBest = baseline == nil && terms.sequentialReference == .best
            let against = isAgainstBest ? ranking.order.first : baseline ?? 0
            let isTested = isAgainstBest && metric.name == terms.rule.monitor
            (baselineIndex, testCount) = Comparison.judge(
                &arms, against: isTested ? nil : against, by: metric, rule, within: metric.differenceBounds)
        } else {
            baselineIndex = baseline ?? (terms.sampler == .grid && !arms.isEmpty ? 0 : nil)
            testCount = baselineIndex.map { Comparison.judge(&arms, against: $0, by: metric) } ?? 0
        }
        self.metric = metric
        self.terms = terms
        self.arms = arms
        hasLongLabels = arms.contains { $0.label.count > Comparison.longestLabel }
        indices = Dictionary(uniqueKeysWithValues: arms.enumerated().map { ($1.assignment, $0) })
    }

    /// Computes each arm's difference to the baseline, and its verdict.
    ///
    /// - Returns: how many arms were tested.
    private static func judge(_ arms: inout [Arm], against baseline: Int, by metric: ComparedMetric) -> Int {
        arms[baseline].isBaseline = true
        let (values, bounds) = (arms[baseline].values, metric.differenceBounds)
        for index in arms.indices where index != baseline {
            arms[index].difference = PairedDifference(of: arms[index].values, to: values, within: bounds)
        }
        let judged = arms.indices.filter { arms[$0].difference?.p != nil }
        let adjustments = Holm.adjustments(judged.map { arms[$0].difference?.p ?? 1 })
        for (index, adjustment) in zip(judged, adjustments) { arms[index].difference?.adjust(adjustment) }
        for index in arms.indices where index != baseline {
            arms[index].verdict = Verdict(arms[index].difference, of: metric)
        }
        return judged.count
    }

    /// The same by the rule that gives seeds.
    ///
    /// - Parameter baseline: nil is the best arm, which is chosen by the same values.
    /// - Returns: the arm that the others are compared with, and how many comparisons hold together.
    private static func judge(
        _ arms: inout [Arm], against baseline: Int?, by metric: ComparedMetric, _ rule: SeedRule,
        within bounds: Interval
    ) -> (reference: Int?, count: Int) {
        let points = arms.map {
            SequentialComparison.Point(values: $0.values, isWithoutValue: $0.withoutValue > 0, rule)
        }
        let comparison = SequentialComparison(points, baseline: baseline, goal: metric.goal, rule)
        guard let reference = comparison.reference ?? baseline else { return (nil, 0) }
        arms[reference].isBaseline = true
        for index in arms.indices where index != reference {
            let result = comparison.results[index]
            arms[index].difference = PairedDifference(
                result, of: arms[index].values, to: arms[reference].values, within: bounds, confidence: rule.confidence)
            arms[index].verdict = arms[index].difference == nil ? .notYet : Verdict(result.answer, of: metric)
            arms[index].furtherSeeds = result.furtherSeeds
        }
        return (reference, baseline == nil ? 1 : max(1, arms.count { $0.difference != nil }))
    }

    /// How much the best mean of the monitored value is flattered by having been chosen; nil where nothing tells the noise.
    package var selectionBias: Double? {
        let competing = arms.filter { $0.rank != nil }
        guard metric.name == terms.rule.monitor, let goal = metric.goal,
            let analysis = BlockAnalysis(competing.map(\.values))
        else { return nil }
        let means = competing.map { (goal == .minimize ? -1 : 1) * ($0.estimate?.mean ?? .nan) }
        return SelectionBias.of(
            means,
            standardErrors: competing.map { (analysis.variance / Double(max($0.values.count, 1))).squareRoot() })
    }

    private static let longestLabel = 60

    package var baseline: Arm? { baselineIndex.map { arms[$0] } }

    /// The arms, the best first.
    package var ranked: [Arm] { order.map { arms[$0] } }

    /// The arms except the baseline, in their order.
    package var others: [Arm] { arms.filter { !$0.isBaseline } }

    /// The baseline and the best others, `limit` arms in all; all arms in their order if there are no more. Without a baseline,
    /// the best arms.
    package func best(_ limit: Int) -> [Arm] {
        guard let baseline else { return Array(ranked.prefix(limit)) }
        guard arms.count > limit else { return arms }
        return [baseline] + ranked.lazy.filter { !$0.isBaseline }.prefix(limit - 1)
    }

    /// The point that the study selects.
    package var selected: Arm? { order.first.map { arms[$0] }.flatMap { $0.rank == 1 ? $0 : nil } }

    /// The arm that a trial belongs to.
    package func arm(of trial: TrialState) -> Arm? { indices[trial.assignment].map { arms[$0] } }

    /// The trials of each assignment, in the order in which they were planned.
    package static func groups(_ trials: [TrialState]) -> [[TrialState]] {
        var indices: [Assignment: Int] = [:]
        var groups: [[TrialState]] = []
        for trial in trials {
            if let index = indices[trial.assignment] {
                groups[index].append(trial)
            } else {
                indices[trial.assignment] = groups.count
                groups.append([trial])
            }
        }
        return groups
    }

    /// The paths that differ between some point and the first one, or that only one of them sets.
    private static func differingPaths(_ standings: [PointRanking.Standing]) -> Set<String> {
        guard let first = standings.first?.assignment else { return [] }
        var differing: Set<String> = []
        for assignment in standings.lazy.map(\.assignment) {
            // Most points set the same paths in the same order.
            if assignment.elements.count == first.elements.count,
                zip(assignment.elements, first.elements).allSatisfy({ $0.path == $1.path })
            {
                for (element, other) in zip(assignment.elements, first.elements) where element.value != other.value {
                    differing.insert(element.path)
                }
                continue
            }
            for path in Set(assignment.elements.map(\.path)).union(first.elements.map(\.path))
            where assignment[path] != first[path] {
                differing.insert(path)
            }
        }
        return differing
    }
}

/// A metric or a point that the study does not have.
package enum ComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownMetric(UnknownMetric)
    /// No point has the baseline's number; with the range of numbers.
    case unknownPoint(Int, among: ClosedRange<Int>?)

    package var description: String {
        switch self {
        case .unknownMetric(let metric): metric.description
        case .unknownPoint(let point, let numbers?):
            "there is no point \(point) to be the baseline; points are numbered \(numbers.lowerBound) to "
                + "\(numbers.upperBound)"
        case .unknownPoint(let point, nil): "there is no point \(point) to be the baseline: the study has no trial yet"
        }
    }
}
