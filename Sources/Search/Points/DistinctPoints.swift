import Experiments
import Random

/// The points of an endless sequence of draws, each once and in the sequence's order; of a small space, all points.
struct DistinctPoints: PointSampler {
    /// After this many repeated points in a row, the remaining points are listed instead: drawing the rest of a small
    /// space by chance would take long.
    private static let mostRepeats = 100
    /// The largest space that is listed.
    private static let mostListed = 1 << 20

    private let space: SearchSpace
    private let draw: @Sendable (Int) -> Assignment
    private let places: Places

    private enum Places {
        /// Each point has a real number: a draw hardly ever repeats.
        case all
        /// The draw of each point.
        case steps([Int])
        /// The draw of each point, then the rest of the space in random order, as indices of the grid.
        case stepsAndRest([Int], [Int])
    }

    /// - Parameters:
    ///   - seed: fixes the order of the rest of a small space.
    ///   - count: how many points are needed; a point does not depend on it.
    ///   - draw: the draw of a step, from 0; a point of the space.
    init(
        _ space: SearchSpace, seed: UInt64, count: Int, draw: @escaping @Sendable (Int) -> Assignment
    ) {
        self.space = space
        self.draw = draw
        places = Self.places(space, seed: seed, count: count, draw)
    }

    func point(_ index: Int) -> Assignment? {
        guard index >= 0 else { return nil }
        switch places {
        case .all: return draw(index)
        case .steps(let steps): return steps.indices.contains(index) ? draw(steps[index]) : nil
        case .stepsAndRest(let steps, let rest):
            if index < steps.count { return draw(steps[index]) }
            let further = index - steps.count
            return rest.indices.contains(further) ? space.point(at: rest[further]) : nil
        }
    }

    private static func places(
        _ space: SearchSpace, seed: UInt64, count: Int, _ draw: (Int) -> Assignment
    ) -> Places {
        guard !space.parameters.contains(where: { $0.domain.count == nil && $0.conditions.isEmpty }) else {
            return .all
        }
        let size = space.count ?? .max
        var steps: [Int] = []
        var known: Set<Assignment> = []
        var repeats = 0
        var step = 0
        while steps.count < min(count, size) {
            if known.insert(draw(step)).inserted {
                steps.append(step)
                repeats = 0
            } else {
                repeats += 1
            }
            step += 1
            // A space too large to list is drawn from until a new point comes.
            if repeats == mostRepeats, size <= mostListed {
                return .stepsAndRest(steps, rest(space, size, seed: seed, without: known))
            }
        }
        return .steps(steps)
    }

    private static func rest(
        _ space: SearchSpace, _ size: Int, seed: UInt64, without known: Set<Assignment>
    ) -> [Int] {
        let rest = (0..<size).filter { !known.contains(space.point(at: $0)) }
        var random = RandomStream(seed: seed, stream: .search, index: space.parameters.count)
        return random.permutation(of: rest.count).map { rest[$0] }
    }
}
