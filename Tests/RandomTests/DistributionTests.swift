import Random
import Testing

@Suite("Distributions")
struct DistributionTests {
    private let draws = 100_000

    /// Whether mean and variance lie within four standard errors; `kurtosis` is the fourth central moment by the
    /// variance's square.
    private func agrees(_ values: [Double], mean: Double, variance: Double, kurtosis: Double) -> Bool {
        let n = Double(values.count)
        let found = values.reduce(0, +) / n
        let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        return abs(found - mean) < 4 * (variance / n).squareRoot()
            && abs(spread - variance) < 4 * variance * ((kurtosis - 1) / n).squareRoot()
    }

    @Test("normal draws have mean 0 and variance 1, and the normal share within one and two deviations")
    func normal() {
        var random = RandomStream(seed: 5, stream: .search)
        let values = (0..<draws).map { _ in random.normal() }
        #expect(agrees(values, mean: 0, variance: 1, kurtosis: 3))
        for (limit, share) in [(1.0, 0.682_689_49), (2, 0.954_499_74)] {
            let within = Double(values.count { abs($0) < limit })
            let n = Double(draws)
            #expect(abs(within - n * share) < 4 * (n * share * (1 - share)).squareRoot())
        }
    }

    @Test("gamma draws have the shape as mean and variance", arguments: [0.2, 0.7, 1, 3.5, 40])
    func gamma(shape: Double) {
        var random = RandomStream(seed: 6, stream: .search)
        let values = (0..<draws).map { _ in random.gamma(shape: shape) }
        #expect(values.allSatisfy { $0 >= 0 })
        #expect(agrees(values, mean: shape, variance: shape, kurtosis: 3 + 6 / shape))
        #expect(!agrees(values, mean: shape * 1.05, variance: shape, kurtosis: 3 + 6 / shape))
    }

    @Test("beta draws have their mean and variance, and lie in 0...1 for the smallest shapes too")
    func beta() {
        var random = RandomStream(seed: 7, stream: .search)
        let (a, b) = (2.0, 5.0)
        let values = (0..<draws).map { _ in random.beta(a, b) }
        // 3 + 6 ((a - b)^2 (a + b + 1) - a b (a + b + 2)) / (a b (a + b + 2) (a + b + 3)) = 2.88.
        #expect(agrees(values, mean: 2.0 / 7, variance: 10.0 / 392, kurtosis: 2.88))
        for shape in [1e-4, 0.01] {
            let extremes = (0..<10_000).map { _ in random.beta(shape, shape) }
            #expect(extremes.allSatisfy { (0...1).contains($0) })
            let ones = Double(extremes.count { $0 > 0.5 })
            #expect(abs(ones - 5000) < 4 * 50)
        }
    }
}
