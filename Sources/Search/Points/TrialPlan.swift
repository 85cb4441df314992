package import Experiments
import Random

/// A study's trials, numbered from 0: every point with every seed, `number = point * seeds + replicate`.
///
/// A trial's parameters depend on the study's seed and the trial's number alone: every worker, and every later run of the
/// study, gets the same ones.
package struct TrialPlan: Sendable {
    /// Trials in all.
    package let count: Int
    /// Seeds per point.
    package let seeds: Int

    private let sampler: any PointSampler
    private let seed: UInt64

    /// - Parameter seed: the study's.
    package init(_ search: SearchDescription, seed: UInt64) {
        count = search.trials
        seeds = search.seeds
        self.seed = seed
        let sampler: any PointSampler =
            switch search.sampler {
            case .grid: GridSampler(search.space)
            // What a search that learns draws from, before it has learnt anything.
            case .random, .tpe: RandomSampler(search.space, seed: seed, count: search.points)
            case .sobol: SobolSampler(search.space, seed: seed, count: search.points)
            }
        self.sampler =
            search.given.isEmpty ? sampler : GivenPoints(search.given, then: sampler, count: search.points)
    }

    /// - Returns: nil past the end.
    package func trial(_ number: Int) -> PlannedTrial? {
        guard (0..<count).contains(number), let assignment = sampler.point(number / seeds) else { return nil }
        let replicate = number % seeds
        return PlannedTrial(
            number: number, point: number / seeds, replicate: replicate, seed: Self.seed(of: replicate, study: seed),
            assignment: assignment)
    }

    /// The seed of a replicate: the same at every point, so that points are compared on the same draws of weights,
    /// order and masks. It has 53 bits, so that any reader of `study.h5` can hold it in a Double.
    package static func seed(of replicate: Int, study seed: UInt64) -> UInt64 {
        var stream = RandomStream(seed: seed, stream: .trialSeed, step: replicate)
        return stream.next() >> 11
    }
}

/// A trial to run: a point of the search space with one seed.
package struct PlannedTrial: Hashable, Sendable {
    /// From 0, within the study.
    package let number: Int
    /// The point's index, from 0.
    package let point: Int
    /// The index of the point's seed, from 0.
    package let replicate: Int
    /// The seed of everything random in the trial.
    package let seed: UInt64
    package let assignment: Assignment
}
