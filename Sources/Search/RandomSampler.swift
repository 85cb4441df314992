package import Experiments
import Random

/// Independent draws of every parameter, fixed by (seed, point, parameter's position).
package struct RandomSampler: PointSampler {
    private let parameters: [SearchParameter]
    private let seed: UInt64

    package init(parameters: [SearchParameter], seed: UInt64) {
        self.parameters = parameters
        self.seed = seed
    }

    package func point(_ index: Int) -> Assignment? {
        guard index >= 0 else { return nil }
        return Assignment(
            parameters.enumerated().map { position, parameter in
                var stream = RandomStream(seed: seed, stream: .search, index: position, step: index)
                return .init(path: parameter.path, value: parameter.domain.draw(from: &stream))
            })
    }
}
