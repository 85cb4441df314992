import Experiments
import Random

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Parzen estimator's kernels over a range of numbers: normal distributions cut off at the range's ends, one of each
/// observation and the prior's last.
///
/// A kernel's mean is the observation, its standard deviation the larger distance to the two neighbours, but at least a
/// hundredth of the range, or the (n + 2)th part where there are only n observations. The prior has the range's middle
/// and width. On a log scale all of this is in logarithms, and so is the density. An integer i has the probability of
/// [i - 1/2, i + 1/2].
///
/// Source: Bergstra, Bardenet, Bengio, Kegl, "Algorithms for hyper-parameter optimization", NIPS 2011; the least
/// deviation is the "magic clip" of Watanabe, arXiv 2304.11127, section 3.3.
struct NormalKernels: Sendable {
    let means: [Double]
    let deviations: [Double]
    let isInteger: Bool

    /// 1 / deviation.
    private let precisions: [Double]
    /// Of integers, each kernel's group of equal ones: integers are often observed again.
    private let groups: [Int]
    private let groupCount: Int
    private let low: Double
    private let high: Double
    private let bounds: ClosedRange<Double>
    private let scale: ParameterDomain.Scale

    /// - Parameters:
    ///   - observed: numbers within the bounds, in the order of the trials.
    ///   - bounds: the parameter's least and largest value.
    init(_ observed: [Double], bounds: ClosedRange<Double>, isInteger: Bool, scale: ParameterDomain.Scale) {
        let margin = isInteger ? 0.5 : 0
        low = Self.position(bounds.lowerBound - margin, scale)
        high = Self.position(bounds.upperBound + margin, scale)
        self.bounds = bounds
        self.isInteger = isInteger
        self.scale = scale
        let positions = observed.map { Self.position($0, scale) }
        means = positions + [0.5 * (low + high)]
        deviations = Self.deviations(positions, low: low, high: high) + [high - low]
        precisions = deviations.map { 1 / $0 }
        (groups, groupCount) = isInteger ? Self.groups(observed, deviations, bounds: bounds) : ([], 0)
    }

    /// The kernels' constant terms: minus the logs of the probability between the range's ends and, of a density, of
    /// sqrt(2 pi) deviations.
    var logNormalizers: [Double] {
        zip(means, deviations).map { mean, deviation in
            let inside = NormalDistribution.probability(from: (low - mean) / deviation, to: (high - mean) / deviation)
            return isInteger ? -log(inside) : -log(inside * deviation) - NormalDistribution.logNormalizer
        }
    }

    /// Adds to each kernel's term the log density of a real number without its ``logNormalizers``.
    func addLogDensities(at value: Double, to terms: inout [Double]) {
        precondition(terms.count == means.count)
        let position = Self.position(value, scale)
        // Pointers, as most of the time goes by here: without the checks of bounds, the loop is vectorized.
        terms.withUnsafeMutableBufferPointer { terms in
            means.withUnsafeBufferPointer { means in
                precisions.withUnsafeBufferPointer { precisions in
                    for kernel in terms.indices {
                        let z = (position - means[kernel]) * precisions[kernel]
                        terms[kernel] -= 0.5 * z * z
                    }
                }
            }
        }
    }

    /// Adds to each kernel's term the log probability of an integer without its ``logNormalizers``.
    ///
    /// - Parameter floor: a term that does not reach it becomes minus infinity. A distance of z deviations bounds the
    ///   probability by exp(-z^2 / 2) / 2, which spares most kernels the two error functions.
    func addLogProbabilities(of value: Double, to terms: inout [Double], above floor: Double) {
        let (lower, upper) = cell(value)
        var known = [Double](repeating: .nan, count: groupCount)
        for kernel in terms.indices where terms[kernel] > floor {
            let group = groups[kernel]
            if known[group].isNaN {
                let z = max(max(lower - means[kernel], means[kernel] - upper), 0) * precisions[kernel]
                guard terms[kernel] - 0.5 * z * z > floor else {
                    terms[kernel] = -.infinity
                    continue
                }
                known[group] = logProbability(kernel, from: lower, to: upper)
            }
            terms[kernel] += known[group]
        }
    }

    /// The prior's log probability of an integer without its ``logNormalizers``.
    func priorLogProbability(of value: Double) -> Double {
        let (lower, upper) = cell(value)
        return logProbability(means.count - 1, from: lower, to: upper)
    }

    /// A draw from the kernel, by rejection: at least a third of the normal distribution lies in the range, as the mean
    /// does and the deviation is not above the width.
    func sample(kernel: Int, from stream: inout RandomStream) -> Double {
        var position = means[kernel] + deviations[kernel] * stream.normal()
        while !(low...high ~= position) { position = means[kernel] + deviations[kernel] * stream.normal() }
        let value = scale == .log ? exp(position) : position
        return min(max(isInteger ? value.rounded() : value, bounds.lowerBound), bounds.upperBound)
    }

    private func logProbability(_ kernel: Int, from lower: Double, to upper: Double) -> Double {
        let (mean, precision) = (means[kernel], precisions[kernel])
        return log(NormalDistribution.probability(from: (lower - mean) * precision, to: (upper - mean) * precision))
    }

    /// The ends of the interval whose probability an integer has.
    private func cell(_ value: Double) -> (lower: Double, upper: Double) {
        (Self.position(value - 0.5, scale), Self.position(value + 0.5, scale))
    }

    private static func position(_ value: Double, _ scale: ParameterDomain.Scale) -> Double {
        scale == .log ? log(value) : value
    }

    /// The number of each kernel's group, and how many groups there are: the kernels of an integer that have the least
    /// deviation are one group, and every other kernel is its own one.
    private static func groups(
        _ observed: [Double], _ deviations: [Double], bounds: ClosedRange<Double>
    ) -> (numbers: [Int], count: Int) {
        let least = deviations.min()
        let integers = bounds.upperBound - bounds.lowerBound + 1
        // In a wide range, integers are hardly observed again.
        var known = [Int?](repeating: nil, count: integers <= 4096 ? Int(integers) : 0)
        var count = 0
        let numbers = deviations.indices.map { kernel in
            let place = kernel < observed.count ? Int(observed[kernel] - bounds.lowerBound) : known.count
            let isShared = place < known.count && deviations[kernel] == least
            if isShared, let group = known[place] { return group }
            if isShared { known[place] = count }
            count += 1
            return count - 1
        }
        return (numbers, count)
    }

    /// The larger distance of each position to its two neighbours, or the least deviation.
    ///
    /// Nothing is sorted: in buckets as wide as the least deviation, only distances between the ends of two buckets can
    /// be above it. Of equal positions, the first one has the neighbour on the left and the last one that on the right.
    private static func deviations(_ positions: [Double], low: Double, high: Double) -> [Double] {
        guard positions.count > 1 else { return positions.map { max($0 - low, high - $0) } }
        var buckets = [(lowest: Int, highest: Int)?](repeating: nil, count: min(100, positions.count + 2))
        let least = (high - low) / Double(buckets.count)
        for (index, position) in positions.enumerated() {
            let place = min(Int((position - low) / least), buckets.count - 1)
            let bucket = buckets[place] ?? (index, index)
            buckets[place] = (
                position < positions[bucket.lowest] ? index : bucket.lowest,
                position >= positions[bucket.highest] ? index : bucket.highest
            )
        }
        var deviations = [Double](repeating: least, count: positions.count)
        let filled = buckets.compactMap(\.self)
        for (left, right) in zip(filled, filled.dropFirst()) {
            let gap = positions[right.lowest] - positions[left.highest]
            deviations[left.highest] = max(deviations[left.highest], gap)
            deviations[right.lowest] = max(deviations[right.lowest], gap)
        }
        return deviations
    }
}
