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
/// It may propose a point that was tried, which happens in small spaces; the next index gives another draw.
///
/// Source: Bergstra, Bardenet, Bengio, Kegl, "Algorithms for hyper-parameter optimization", NIPS 2011; Watanabe, arXiv
/// 2304.11127. The settings are those that Optuna 5 uses without being asked, `multivariate` and `constant_liar` among
/// them.
package struct TPESampler: Sendable {
    /// A trial: a point of the search space, and what came of it.
    package struct Observation: Sendable {
        /// By parameter.
        fileprivate let coordinates: [Double]
        /// What is minimized; NaN and infinities are worse than any number. Nil while the trial runs.
        fileprivate let loss: Double?

        /// - Returns: nil for a trial that lacks a parameter, or has a value outside of its domain: it is of another
        ///   search space.
        package init?(_ assignment: Assignment, loss: Double?, of parameters: [SearchParameter]) {
            let coordinates = parameters.compactMap { parameter in
                assignment[parameter.path].flatMap(parameter.domain.coordinate(of:))
            }
            guard coordinates.count == parameters.count else { return nil }
            self.coordinates = coordinates
            self.loss = loss
        }
    }

    private let parameters: [SearchParameter]
    private let seed: UInt64
    private let startupTrials: Int
    private let candidates: Int

    /// - Parameters:
    ///   - startupTrials: with fewer finished trials, points are random draws.
    ///   - candidates: draws from the best trials' estimator.
    package init(parameters: [SearchParameter], seed: UInt64, startupTrials: Int = 10, candidates: Int = 24) {
        precondition(candidates > 0)
        self.parameters = parameters
        self.seed = seed
        self.startupTrials = startupTrials
        self.candidates = candidates
    }

    /// The proposal that follows from (parameters, seed, index, observations).
    ///
    /// - Parameters:
    ///   - index: of the draw; each index has draws of its own.
    ///   - observations: of these parameters, in the order of the trials. After 1,000 of ten parameters, a proposal
    ///     takes about a millisecond, and so does making these observations, which is best done once.
    package func next(_ index: Int, after observations: [Observation]) -> Assignment {
        if draws(after: observations) {
            return ParameterDraws(parameters: parameters, seed: seed).draw(index)
        }
        let (best, others) = Self.split(observations.map(\.loss))
        let better = estimator(of: best.map { observations[$0] })
        let worse = estimator(of: others.map { observations[$0] })

        var stream = RandomStream(seed: seed, stream: .proposal, step: index)
        var proposal: [Double] = []
        var largest = -Double.infinity
        for _ in 0..<candidates {
            let candidate = better.sample(from: &stream)
            let logRatio = better.logDensity(at: candidate) - worse.logDensity(at: candidate)
            if proposal.isEmpty || logRatio > largest { (proposal, largest) = (candidate, logRatio) }
        }
        return Assignment(
            zip(parameters, proposal).map { .init(path: $0.path, value: $0.domain.value(atCoordinate: $1)) })
    }

    /// Whether too few trials are finished to learn from, so that proposals are random draws.
    func draws(after observations: [Observation]) -> Bool {
        observations.count { $0.loss != nil } < startupTrials
    }

    private func estimator(of observations: [Observation]) -> ParzenEstimator {
        ParzenEstimator(
            parameters.map(\.domain),
            observations: parameters.indices.map { position in observations.map { $0.coordinates[position] } })
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
