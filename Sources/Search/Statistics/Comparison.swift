package import Experiments

/// A study's points against its first one, by one metric, over the seeds that they share.
///
/// Point 0 is the baseline. An arm's verdict follows from the paired t test, its p adjusted by ``Holm`` where several
/// arms are compared; with one seed there is neither an interval nor a p.
package struct Comparison: Hashable, Sendable {
    package let metric: ComparedMetric
    /// In the order of their points; the first is the baseline.
    package let arms: [Arm]
    /// Whether any label is too long to be read twice; kept, since each sentence asks.
    package let hasLongLabels: Bool
    /// Of each arm in `arms`.
    private let places: [Assignment: Int]

    /// - Parameters:
    ///   - name: a test metric, or an epoch's metric, which is taken at the selected epoch; nil is
    ///     ``ComparedMetric/usual(in:rule:)``.
    ///   - rule: which epoch of a trial is selected.
    /// - Throws: ``UnknownMetric`` where no trial has it.
    package init(_ state: StudyState, metric name: String? = nil, rule: SelectionRule) throws(UnknownMetric) {
        let names = ComparedMetric.names(in: state)
        if let name, !names.contains(name) { throw UnknownMetric(name, among: names) }
        self.init(state, metric: name ?? ComparedMetric.usual(in: state, rule: rule), rule: rule)
    }

    /// By the usual metric.
    package init(usual state: StudyState, rule: SelectionRule) {
        self.init(state, metric: ComparedMetric.usual(in: state, rule: rule), rule: rule)
    }

    private init(_ state: StudyState, metric name: String, rule: SelectionRule) {
        let metric = ComparedMetric(name, rule: rule)
        let groups = Comparison.groups(state.trials)
        let differing = Comparison.differingPaths(groups.compactMap { $0.first?.assignment })
        var arms = groups.map { Arm($0, differing: differing, metric: metric, rule: rule) }
        if let baseline = arms.first {
            for index in arms.indices.dropFirst() {
                arms[index].difference = PairedDifference(of: arms[index].values, to: baseline.values)
            }
            let judged = arms.indices.filter { arms[$0].difference?.p != nil }
            let adjusted = Holm.adjusted(judged.map { arms[$0].difference?.p ?? 1 })
            for (index, p) in zip(judged, adjusted) { arms[index].adjustedP = p }
            for index in arms.indices.dropFirst() {
                arms[index].verdict = Verdict(arms[index].difference, adjustedP: arms[index].adjustedP, of: metric)
            }
        }
        self.metric = metric
        self.arms = arms
        hasLongLabels = arms.contains { $0.label.count > Comparison.longestLabel }
        places = Dictionary(arms.enumerated().map { ($1.assignment, $0) }) { first, _ in first }
    }

    private static let longestLabel = 60

    package var baseline: Arm? { arms.first }

    /// How many arms were tested against the baseline.
    package var testCount: Int { arms.count { $0.adjustedP != nil } }

    /// The arm that a trial belongs to.
    package func arm(of trial: TrialState) -> Arm? { places[trial.assignment].map { arms[$0] } }

    /// The trials of each assignment, in the order in which they were planned. Not by the point's number: a study
    /// that was continued with another search space has several points of one number.
    package static func groups(_ trials: [TrialState]) -> [[TrialState]] {
        var places: [Assignment: Int] = [:]
        var groups: [[TrialState]] = []
        for trial in trials {
            if let place = places[trial.assignment] {
                groups[place].append(trial)
            } else {
                places[trial.assignment] = groups.count
                groups.append([trial])
            }
        }
        return groups
    }

    private static func differingPaths(_ assignments: [Assignment]) -> Set<String> {
        let paths = Set(assignments.flatMap { $0.elements.map(\.path) })
        return paths.filter { path in Set(assignments.map { $0[path] }).count > 1 }
    }
}
