import Search
import Testing

struct EstimateTests {
    private let baseline: [Int: Double] = [0: 0.91, 1: 0.925, 2: 0.90, 3: 0.935, 9: 0.5]
    private let arm: [Int: Double] = [0: 0.93, 1: 0.93, 2: 0.915, 3: 0.94, 7: 0.1]

    /// scipy 1.17: `stats.t.interval(0.95, 3, loc=mean, scale=stats.sem(a))`.
    @Test func meanAndIntervalAreScipys() throws {
        let estimate = try #require(MeanEstimate([0.91, 0.925, 0.90, 0.935]))
        let interval = try #require(estimate.interval)
        #expect(abs(estimate.mean - 0.9175) < 1e-15)
        #expect(abs(try #require(estimate.deviation) - 0.015545631755148039) < 1e-15)
        #expect(abs(interval.lower - 0.892763430828764) < 1e-12)
        #expect(abs(interval.upper - 0.942236569171236) < 1e-12)
    }

    @Test func oneValueHasNoInterval() throws {
        #expect(MeanEstimate([]) == nil)
        let estimate = try #require(MeanEstimate([0.3]))
        #expect(estimate.mean == 0.3 && estimate.interval == nil && estimate.deviation == nil)
    }

    @Test func equalValuesHaveThatMean() throws {
        let estimate = try #require(MeanEstimate([0.1, 0.1, 0.1]))
        #expect(estimate.mean == 0.1 && estimate.deviation == 0)
    }

    /// scipy 1.17: `stats.ttest_rel(b, a)` and its `confidence_interval(0.95)`.
    @Test func pairedDifferenceIsScipys() throws {
        let difference = try #require(PairedDifference(of: arm, to: baseline))
        let interval = try #require(difference.interval)
        #expect(difference.values.keys.sorted() == [0, 1, 2, 3])
        #expect(abs(difference.mean - 0.01125) < 1e-15)
        #expect(abs(try #require(difference.p) - 0.0576688856224382) < 1e-12)
        #expect(abs(interval.lower - -0.0006841736448139814) < 1e-12)
        #expect(abs(interval.upper - 0.023184173644813948) < 1e-12)
    }

    @Test func whatCannotBeToldIsNil() throws {
        #expect(PairedDifference(of: [0: 1], to: [1: 1]) == nil)
        let one = try #require(PairedDifference(of: [0: 1, 2: 1], to: [0: 0.5, 1: 1]))
        #expect(one.mean == 0.5 && one.count == 1 && one.interval == nil && one.p == nil)
        // 0.3 - 0.2 and 0.2 - 0.1 differ in their last bit alone.
        let same = try #require(PairedDifference(of: [0: 0.3, 1: 0.2], to: [0: 0.2, 1: 0.1]))
        #expect(same.interval == nil && same.p == nil && !same.isNone)
        #expect(try #require(PairedDifference(of: baseline, to: baseline)).isNone)
    }

    @Test func holmsExample() {
        let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005, 0.9])
        for (found, expected) in zip(adjusted, [0.04, 0.09, 0.09, 0.025, 0.9]) {
            #expect(abs(found - expected) < 1e-15)
        }
        #expect(adjusted.count == 5)
        #expect(Holm.adjusted([0.7, 0.6]) == [1, 1])
        #expect(Holm.adjusted([]).isEmpty)
        #expect(Holm.adjusted([0.2]) == [0.2])
    }
}
