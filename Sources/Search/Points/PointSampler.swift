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

/// Every point of a space, in row-major order: the last parameter varies fastest.
package struct GridSampler: PointSampler {
    private let space: SearchSpace

    /// How many points there are; 1 without parameters.
    package let count: Int

    /// - Precondition: the points can be counted; experiment files with other grids are refused.
    package init(_ space: SearchSpace) {
        guard let count = space.count else { preconditionFailure("a grid cannot count the points of its space") }
        self.space = space
        self.count = count
    }

    package func point(_ index: Int) -> Assignment? {
        (0..<count).contains(index) ? space.point(at: index) : nil
    }
}

/// Independent draws of every parameter, fixed by (seed, draw, parameter's position). A point that was drawn before is
/// skipped, so all points differ.
package struct RandomSampler: PointSampler {
    private let points: DistinctPoints

    /// - Parameter count: how many points are needed; a point does not depend on it.
    package init(_ space: SearchSpace, seed: UInt64, count: Int) {
        let draws = ParameterDraws(space, seed: seed)
        points = DistinctPoints(space, seed: seed, count: count) { draws.draw($0) }
    }

    package func point(_ index: Int) -> Assignment? { points.point(index) }
}

/// The draws of a random search, repeated points among them.
package struct ParameterDraws: Sendable {
    let space: SearchSpace
    let seed: UInt64

    package init(_ space: SearchSpace, seed: UInt64) {
        self.space = space
        self.seed = seed
    }

    /// One value of each parameter, fixed by (seed, step, parameter's position).
    package func draw(_ step: Int) -> Assignment {
        space.point { position in
            var stream = RandomStream(seed: seed, stream: .search, index: position, step: step)
            return space.parameters[position].domain.draw(from: &stream)
        }
    }
}

/// Points that are given, then those of another sampler that are not among them.
struct GivenPoints: PointSampler {
    private let given: [Assignment]
    private let sampler: any PointSampler
    /// The other sampler's points that are given, in order.
    private let skipped: [Int]

    /// - Parameters:
    ///   - sampler: nil where there is no other point to try.
    ///   - count: how many points are needed; a point does not depend on it.
    init(_ given: [Assignment], then sampler: any PointSampler, count: Int) {
        self.given = given
        self.sampler = sampler
        let known = Set(given.map(PointSettings.init))
        var skipped: [Int] = []
        var index = 0
        while index - skipped.count < count - given.count, skipped.count < given.count,
            let point = sampler.point(index)
        {
            if known.contains(PointSettings(point)) { skipped.append(index) }
            index += 1
        }
        self.skipped = skipped
    }

    func point(_ index: Int) -> Assignment? {
        if given.indices.contains(index) { return given[index] }
        return sampler.point(skipped.reduce(index - given.count) { $1 <= $0 ? $0 + 1 : $0 })
    }
}

extension ParameterDomain {
    /// One value, uniform over the list, or over the range in the domain's scale.
    func draw(from stream: inout RandomStream) -> ParameterValue {
        if let count, !isLogarithmic { return value(at: stream.uniformInt(below: count)) }
        return value(atQuantile: stream.uniformDouble())
    }

    /// The value below which lies the fraction `quantile` of the domain, measured in its scale; each value that can be
    /// counted on a linear scale has the same fraction.
    ///
    /// An integer on a log scale is the nearest one to a real of [min - 1/2, max + 1/2], so that both ends get their
    /// full fraction.
    ///
    /// - Parameter quantile: in [0, 1).
    func value(atQuantile quantile: Double) -> ParameterValue {
        if let count, !isLogarithmic { return value(at: min(Int(quantile * Double(count)), count - 1)) }
        switch self {
        case .real(let minimum, let maximum, .linear, _):
            return .double(min(minimum + (maximum - minimum) * quantile, maximum))
        case .real(let minimum, let maximum, .log, _):
            return .double(Self.logQuantile(quantile, minimum, maximum))
        case .integer(let minimum, let maximum, _, _):
            return .int(
                Self.integer(
                    nearest: Self.logQuantile(quantile, Double(minimum) - 0.5, Double(maximum) + 0.5),
                    in: minimum...maximum))
        case .values:
            preconditionFailure("values can be counted")
        }
    }

    var isLogarithmic: Bool {
        switch self {
        case .real(_, _, let scale, _), .integer(_, _, let scale, _): scale == .log
        case .values: false
        }
    }

    /// The nearest integer of a range, whose ends a Double may not hold.
    static func integer(nearest number: Double, in range: ClosedRange<Int>) -> Int {
        let whole = number.rounded()
        if whole <= Double(range.lowerBound) { return range.lowerBound }
        return whole >= Double(range.upperBound) ? range.upperBound : Int(whole)
    }

    private static func logQuantile(_ quantile: Double, _ minimum: Double, _ maximum: Double) -> Double {
        let low = log(minimum)
        let high = log(maximum)
        return min(max(exp(low + (high - low) * quantile), minimum), maximum)
    }
}
