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
    private let points: DistinctPoints

    /// - Parameter count: how many points are needed; a point does not depend on it.
    package init(parameters: [SearchParameter], seed: UInt64, count: Int) {
        let draws = ParameterDraws(parameters: parameters, seed: seed)
        points = DistinctPoints(parameters: parameters, seed: seed, count: count) { draws.draw($0) }
    }

    package func point(_ index: Int) -> Assignment? { points.point(index) }
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
    func draw(from stream: inout RandomStream) -> ParameterValue {
        switch self {
        case .values(let values): values[stream.uniformInt(below: values.count)]
        case .integer(let minimum, let maximum, .linear):
            .int(minimum + stream.uniformInt(below: maximum - minimum + 1))
        case .real, .integer(_, _, .log): value(atQuantile: stream.uniformDouble())
        }
    }

    /// The value below which lies the fraction `quantile` of the domain, measured in its scale; each value of a list
    /// has the same fraction.
    ///
    /// An integer on a log scale is the nearest one to a real of [min - 1/2, max + 1/2], so that both ends get their
    /// full fraction.
    ///
    /// - Parameter quantile: in [0, 1).
    func value(atQuantile quantile: Double) -> ParameterValue {
        switch self {
        case .values(let values):
            values[min(Int(quantile * Double(values.count)), values.count - 1)]
        case .real(let minimum, let maximum, .linear):
            .double(min(minimum + (maximum - minimum) * quantile, maximum))
        case .real(let minimum, let maximum, .log):
            .double(Self.logQuantile(quantile, minimum, maximum))
        case .integer(let minimum, let maximum, .linear):
            .int(min(minimum + Int(quantile * Double(maximum - minimum + 1)), maximum))
        case .integer(let minimum, let maximum, .log):
            .int(
                min(
                    max(
                        Int(Self.logQuantile(quantile, Double(minimum) - 0.5, Double(maximum) + 0.5).rounded()), minimum
                    ),
                    maximum))
        }
    }

    private static func logQuantile(_ quantile: Double, _ minimum: Double, _ maximum: Double) -> Double {
        let low = log(minimum)
        let high = log(maximum)
        return min(max(exp(low + (high - low) * quantile), minimum), maximum)
    }
}
