package import Experiments

/// The points of a scrambled Sobol sequence, one dimension per parameter: they fill the space more evenly than random
/// draws do, at any number of points and best at a power of two. A point that came before is skipped.
package struct SobolSampler: PointSampler {
    private let points: DistinctPoints

    /// - Parameters:
    ///   - space: of at most ``SobolSequence/mostDimensions`` parameters.
    ///   - count: how many points are needed; a point does not depend on it.
    package init(_ space: SearchSpace, seed: UInt64, count: Int) {
        let sequence = SobolSequence(dimensions: space.parameters.count, scrambledBy: seed)
        points = DistinctPoints(space, seed: seed, count: count) { index in
            let quantiles = sequence.point(index)
            return space.point { space.parameters[$0].domain.value(atQuantile: quantiles[$0]) }
        }
    }

    package func point(_ index: Int) -> Assignment? { points.point(index) }
}
