package import Experiments

/// The points of a scrambled Sobol sequence, one dimension per parameter: they fill the space more evenly than random
/// draws do, at any number of points and best at a power of two. A point that came before is skipped.
package struct SobolSampler: PointSampler {
    private let points: DistinctPoints

    /// - Parameters:
    ///   - parameters: at most ``SobolSequence/mostDimensions``.
    ///   - count: how many points are needed; a point does not depend on it.
    package init(parameters: [SearchParameter], seed: UInt64, count: Int) {
        let sequence = SobolSequence(dimensions: parameters.count, scrambledBy: seed)
        points = DistinctPoints(parameters: parameters, seed: seed, count: count) { index in
            Assignment(
                zip(parameters, sequence.point(index)).map { parameter, quantile in
                    .init(path: parameter.path, value: parameter.domain.value(atQuantile: quantile))
                })
        }
    }

    package func point(_ index: Int) -> Assignment? { points.point(index) }
}
