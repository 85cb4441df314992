package import Experiments
import Studies
import Random

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Produces the points of a search.
///
/// A point is a pure function of its index: it depends neither on the number of points nor on earlier calls.
package protocol PointSampler: Sendable {
    /// The point at `index`, from 0.
    ///
    /// - Returns: nil past the end of the space.
    func point(_ index: Int) -> Assignment?
}

/// Every combination of the parameters' values, in row-major order: the last parameter varies fastest.
package struct GridSampler: PointSampler {
    private let parameters: [SearchParameter]
    private let counts: [Int]

    /// How many points there are; 1 without parameters.
    package let count: Int

    /// - Precondition: every parameter's values can be counted; experiment files with other grids are refused.
    package init(parameters: [SearchParameter]) {
        self.parameters = parameters
        counts = parameters.map { parameter in
            guard let count = parameter.domain.count else {
                preconditionFailure("a grid cannot count the values of \(parameter.path)")
            }
            return count
        }
        count = counts.reduce(1, *)
    }

    package func point(_ index: Int) -> Assignment? {
        guard (0..<count).contains(index) else { return nil }
        var rest = index
        var elements: [Assignment.Element] = []
        for (parameter, count) in zip(parameters, counts).reversed() {
            elements.append(.init(path: parameter.path, value: Self.value(rest % count, of: parameter.domain)))
            rest /= count
        }
        return Assignment(elements.reversed())
    }

    private static func value(_ index: Int, of domain: ParameterDomain) -> ParameterValue {
        switch domain {
        case .values(let values): values[index]
        case .integer(let minimum, _, _): .int(minimum + index)
        case .real: preconditionFailure("a range of reals has no value number \(index)")
        }
    }
}

/// Independent draws of every parameter, fixed by (seed, draw, parameter's position). A point that was drawn before is
/// skipped, so all points differ.
package struct RandomSampler: PointSampler {
    /// After this many repeated points in a row, the remaining points are listed instead: drawing the rest of a small space
    /// by chance would take long.
    private static let mostRepeats = 100
    /// The largest space that is listed.
    private static let mostListed = 1 << 20

    private let draws: ParameterDraws
    private let points: Points

    private enum Points {
        /// Ranges of real numbers: a repeated draw has a probability of 2^-53.
        case drawn
        /// The draw of each point.
        case steps([Int])
        /// The draw of each point, then the rest of the space in random order, as indices of the grid.
        case stepsAndRest([Int], [Int])
    }

    /// - Parameter count: how many points are needed; a point does not depend on it.
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
            let further = index - steps.count
            return rest.indices.contains(further)
                ? GridSampler(parameters: draws.parameters).point(rest[further]) : nil
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
            // A space too large to list is drawn from until a new point comes.
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

/// The draws of a random search, repeated points among them.
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

extension ParameterDomain {
    /// One value, uniform over the list, or over the range in the domain's scale.
    ///
    /// An integer on a log scale is the nearest one to a log-uniform draw over [min - 1/2, max + 1/2], so that both ends
    /// get their full probability.
    func draw(from stream: inout RandomStream) -> ParameterValue {
        switch self {
        case .values(let values):
            values[stream.uniformInt(below: values.count)]
        case .real(let minimum, let maximum, .linear):
            .double(min(minimum + (maximum - minimum) * stream.uniformDouble(), maximum))
        case .real(let minimum, let maximum, .log):
            .double(Self.logUniform(minimum, maximum, &stream))
        case .integer(let minimum, let maximum, .linear):
            .int(minimum + stream.uniformInt(below: maximum - minimum + 1))
        case .integer(let minimum, let maximum, .log):
            .int(
                min(
                    max(Int(Self.logUniform(Double(minimum) - 0.5, Double(maximum) + 0.5, &stream).rounded()), minimum),
                    maximum))
        }
    }

    private static func logUniform(_ minimum: Double, _ maximum: Double, _ stream: inout RandomStream) -> Double {
        let low = log(minimum)
        let high = log(maximum)
        return min(max(exp(low + (high - low) * stream.uniformDouble()), minimum), maximum)
    }
}
