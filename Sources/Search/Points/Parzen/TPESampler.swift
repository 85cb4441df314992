package import Experiments
import Random

/// A search by the tree-structured Parzen estimator: among points drawn like the best ones so far, it proposes the one
/// that looks most like them and least like all others.
///
/// The best tenth of the finished trials, at most 25, give one ``ParzenEstimator`` l, the others and the running ones
/// another one g. Candidates are drawn from l, and the one with the largest l(x) / g(x) is the proposal; it has the
/// largest expected improvement. Running trials count as bad ones (a constant liar), so that their points are not
/// proposed at once again.
///
/// Parameters that take part under conditions have estimators of their own, from the trials in which they do; those with
/// the same conditions have one in common.
///
/// It may propose a point that was tried, which happens in small spaces; the next index gives another draw.
///
/// Source: Bergstra, Bardenet, Bengio, Kegl, "Algorithms for hyper-parameter optimization", NIPS 2011; Watanabe, arXiv
/// 2304.11127. The settings are those that Optuna 5 uses without being asked, `multivariate` and `constant_liar` among
/// them.
package struct TPESampler: Sendable {
    /// A trial: a point of the search space, and what came of it.
    package struct Observation: Sendable {
        /// By parameter; nil for one that takes no part.
        fileprivate let coordinates: [Double?]
        /// What is minimized; NaN and infinities are worse than any number. Nil while the trial runs.
        fileprivate let loss: Double?

        /// - Returns: nil for a trial that is no point of the space: it is of another search.
        package init?(_ assignment: Assignment, loss: Double?, of space: SearchSpace) {
            var coordinates: [Double?] = []
            for parameter in space.parameters {
                guard space.takesPart(parameter, in: assignment.elements) else {
                    coordinates.append(nil)
                    continue
                }
                guard let coordinate = assignment[parameter.path].flatMap(parameter.domain.coordinate) else {
                    return nil
                }
                coordinates.append(coordinate)
            }
            self.coordinates = coordinates
            self.loss = loss
        }
    }

    private let space: SearchSpace
    /// The positions of parameters that take part together, as they have the same conditions.
    private let groups: [[Int]]
    private let seed: UInt64
    private let startupTrials: Int
    private let candidates: Int

    /// - Parameters:
    ///   - startupTrials: with fewer finished trials, points are random draws.
    ///   - candidates: draws from the best trials' estimator.
    package init(_ space: SearchSpace, seed: UInt64, startupTrials: Int = 10, candidates: Int = 24) {
        precondition(candidates > 0)
        self.space = space
        self.seed = seed
        self.startupTrials = startupTrials
        self.candidates = candidates
        var groups: [[Int]] = []
        for (position, parameter) in space.parameters.enumerated() {
            let group = groups.firstIndex { space.parameters[$0[0]].conditions == parameter.conditions }
            if let group { groups[group].append(position) } else { groups.append([position]) }
        }
        self.groups = groups
    }

    /// The proposal that follows from (space, seed, index, observations).
    ///
    /// - Parameters:
    ///   - index: of the draw; each index has draws of its own.
    ///   - observations: of this space, in the order of the trials. After 1,000 of ten parameters, a proposal takes
    ///     about a millisecond, and so does making these observations, which is best done once.
    package func next(_ index: Int, after observations: [Observation]) -> Assignment {
        if draws(after: observations) { return ParameterDraws(space, seed: seed).draw(index) }
        let split = Self.split(observations.map(\.loss))
        let (best, others) = (split.best.map { observations[$0] }, split.others.map { observations[$0] })
        var stream = RandomStream(seed: seed, stream: .proposal, step: index)
        var values: [Int: ParameterValue] = [:]
        for group in groups {
            // Those before it have their values: conditions are about earlier parameters.
            let known = values.map { position, value in
                Assignment.Element(path: space.parameters[position].path, value: value)
            }
            guard space.takesPart(space.parameters[group[0]], in: known) else { continue }
            for (position, coordinate) in zip(group, propose(group, best, others, from: &stream)) {
                values[position] = space.parameters[position].domain.value(atCoordinate: coordinate)
            }
        }
        return space.point { values[$0]! }
    }

    /// The coordinates of the candidate with the largest l(x) / g(x).
    private func propose(
        _ group: [Int], _ best: [Observation], _ others: [Observation], from stream: inout RandomStream
    ) -> [Double] {
        let better = estimator(group, of: best)
        let worse = estimator(group, of: others)
        var proposal: [Double] = []
        var largest = -Double.infinity
        for _ in 0..<candidates {
            let candidate = better.sample(from: &stream)
            let logRatio = better.logDensity(at: candidate) - worse.logDensity(at: candidate)
            if proposal.isEmpty || logRatio > largest { (proposal, largest) = (candidate, logRatio) }
        }
        return proposal
    }

    /// Whether too few trials are finished to learn from, so that proposals are random draws.
    func draws(after observations: [Observation]) -> Bool {
        observations.count { $0.loss != nil } < startupTrials
    }

    /// - Parameter observations: those in which the group takes no part are left out.
    private func estimator(_ group: [Int], of observations: [Observation]) -> ParzenEstimator {
        ParzenEstimator(
            group.map { space.parameters[$0].domain },
            observations: group.map { position in observations.compactMap { $0.coordinates[position] } })
    }

    /// The indices of the best trials, and of all others, both in the order of the trials.
    ///
    /// - Parameter losses: nil while a trial runs.
    package static func split(_ losses: [Double?]) -> (best: [Int], others: [Int]) {
        let finished = losses.count { $0 != nil }
        let ranked = losses.enumerated().compactMap { index, loss in
            loss.flatMap { $0.isFinite ? (loss: $0, index: index) : nil }
        }.sorted { ($0.loss, $0.index) < ($1.loss, $1.index) }
        let best = ranked.prefix(min((finished + 9) / 10, 25)).map(\.index).sorted()
        let known = Set(best)
        return (best, losses.indices.filter { !known.contains($0) })
    }
}
