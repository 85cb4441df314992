package import Experiments
import Random

/// Independent draws of every parameter, fixed by (seed, draw, parameter's position). A point that was drawn already is
/// passed over, so that no point comes twice.
package struct RandomSampler: PointSampler {
    /// Draws in a row that may all have come before, until the points that are left are listed instead: the rest of a
    /// small space would take long to meet by chance.
    private static let mostRepeats = 100
    /// The largest space that is listed.
    private static let mostListed = 1 << 20

    private let draws: ParameterDraws
    private let points: Points

    private enum Points {
        /// Ranges of real numbers: the same one is drawn twice once in 2^53 draws.
        case drawn
        /// Which draw each point is.
        case steps([Int])
        /// The same, and after those the rest of the space, in random order, by their place in the grid.
        case stepsAndRest([Int], [Int])
    }

    /// - Parameter count: how many points are asked for; those before one are the same whatever it is.
    package init(parameters: [SearchParameter], seed: UInt64, count: Int) {
        draws = ParameterDraws(parameters: parameters, seed: seed)
        points = Self.points(draws, count: count)
    }

    package func point(_ index: Int) -> Assignment? {
        guard index >= 0 else { return nil }
        switch points {
        case .drawn: return draws.draw(index)
        case .steps(let steps): return steps.indices.contains(index) ? draws.draw(steps[index]) : nil
        case .stepsAndRest(let steps, let rest):
            if index < steps.count { return draws.draw(steps[index]) }
            let place = index - steps.count
            return rest.indices.contains(place) ? GridSampler(parameters: draws.parameters).point(rest[place]) : nil
        }
    }

    private static func points(_ draws: ParameterDraws, count: Int) -> Points {
        guard draws.parameters.allSatisfy({ $0.domain.count != nil }) else { return .drawn }
        let size = draws.parameters.reduce(1) { size, parameter in
            size > mostListed ? size : size * min(parameter.domain.count ?? 1, mostListed + 1)
        }
        var steps: [Int] = []
        var known: Set<Assignment> = []
        var repeats = 0
        var step = 0
        while steps.count < min(count, size) {
            if known.insert(draws.draw(step)).inserted {
                steps.append(step)
                repeats = 0
            } else {
                repeats += 1
            }
            step += 1
            // A space too large to be listed is drawn from until it gives something new.
            if repeats == mostRepeats, size <= mostListed { return .stepsAndRest(steps, rest(draws, without: known)) }
        }
        return .steps(steps)
    }

    private static func rest(_ draws: ParameterDraws, without known: Set<Assignment>) -> [Int] {
        let grid = GridSampler(parameters: draws.parameters)
        let rest = (0..<grid.count).filter { index in grid.point(index).map { !known.contains($0) } ?? false }
        var random = RandomStream(seed: draws.seed, stream: .search, index: draws.parameters.count)
        return random.permutation(of: rest.count).map { rest[$0] }
    }
}

/// What a random search draws, again and again.
package struct ParameterDraws: Sendable {
    let parameters: [SearchParameter]
    let seed: UInt64

    package init(parameters: [SearchParameter], seed: UInt64) {
        self.parameters = parameters
        self.seed = seed
    }

    /// One value of each parameter, fixed by (seed, step, parameter's position).
    package func draw(_ step: Int) -> Assignment {
        Assignment(
            parameters.enumerated().map { position, parameter in
                var stream = RandomStream(seed: seed, stream: .search, index: position, step: step)
                return .init(path: parameter.path, value: parameter.domain.draw(from: &stream))
            })
    }
}
