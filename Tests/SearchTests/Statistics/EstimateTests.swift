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
        let adjusted = Holm.adjustments([0.01, 0.04, 0.03, 0.005, 0.9])
        for (found, expected) in zip(adjusted, [0.04, 0.09, 0.09, 0.025, 0.9]) {
            #expect(abs(found.p - expected) < 1e-15)
        }
        for (found, expected) in zip(adjusted, [4, 2.25, 3, 5, 1]) {
            #expect(abs(found.factor - expected) < 1e-12)
        }
        #expect(adjusted.count == 5)
        #expect(Holm.adjustments([0.7, 0.6]).map(\.p) == [1, 1])
        #expect(Holm.adjustments([]).isEmpty)
        #expect(Holm.adjustments([0.2]).map(\.p) == [0.2])
    }

    @Test func equalValuesHaveNoInterval() throws {
        #expect(try #require(MeanEstimate([0.9778, 0.9778])).interval == nil)
        // They differ in their last bit alone.
        #expect(try #require(MeanEstimate([0.3 - 0.2, 0.2 - 0.1])).interval == nil)
    }

    @Test func intervalsStayWithinWhatTheMetricCanBe() throws {
        let share = Interval(lower: 0, upper: 1)
        let high = try #require(MeanEstimate([0.97, 0.99, 0.999], within: share)?.interval)
        #expect(high.upper == 1 && high.lower > 0.9 && high.lower < 0.97)
        // All that it could say is that a share is one.
        #expect(try #require(MeanEstimate([0.4, 0.6], within: share)).interval == nil)
        // What a metric cannot be, it is here: the bounds are another's.
        let odd = try #require(MeanEstimate([1.5, 1.6, 1.7], within: share)?.interval)
        #expect(odd.lower < 1.5 && odd.upper > 1.7)
    }
}
