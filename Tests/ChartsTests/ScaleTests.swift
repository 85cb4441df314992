import Charts
import Foundation
import TestSupport
import Testing

struct ScaleTests {
    @Test func linearMarksAreRound() {
        #expect(LinearScale(0...1, count: 5).ticks.map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(LinearScale(-0.03...0.11, count: 4).ticks.map(\.label) == ["-0.05", "0.00", "0.05", "0.10", "0.15"])
        #expect(
            LinearScale(1...30, count: 8, rounded: false, whole: true).ticks.map(\.value) == [5, 10, 15, 20, 25, 30])
        #expect(LinearScale(1...3, count: 8, rounded: false, whole: true).ticks.map(\.label) == ["1", "2", "3"])
        #expect(LinearScale(0...3e7, count: 3).ticks.map(\.label) == ["0", "1e+07", "2e+07", "3e+07"])
    }

    @Test func logarithmicMarksAreRound() {
        #expect(LogScale(0.03...4).ticks.map(\.label) == ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5"])
        #expect(LogScale(1e-6...1e3).ticks.map(\.label) == ["1e-06", "0.0001", "0.01", "1", "100", "10000"])
        #expect(LogScale(0.2...2000).fraction(0.2) >= 0)
    }

    @Test(arguments: SeededCases(500))
    func marksLieInTheDomainAndAreWhatTheySay(_ testCase: SeededCase) throws {
        var random = testCase.random
        let size = pow(10, Double.random(in: -8...12, using: &random))
        let one = Double.random(in: -1...1, using: &random) * size
        let other = Bool.random(using: &random) ? one : Double.random(in: -1...1, using: &random) * size
        let range = min(one, other)...max(one, other)
        let positive = (abs(one) + size * 1e-9)...(abs(one) + abs(other) + size * 1e-9)
        let scales: [(any Scale, ClosedRange<Double>)] = [
            (LinearScale(range), range), (LinearScale(range, rounded: false), range), (LogScale(positive), positive),
        ]
        for (scale, range) in scales {
            let values = scale.ticks.map(\.value)
            let slack = (range.upperBound - range.lowerBound) * 1e-9
            #expect(scale.domain.lowerBound <= range.lowerBound + slack, "\(testCase)")
            #expect(scale.domain.upperBound >= range.upperBound - slack, "\(testCase)")
            #expect((1...25).contains(values.count), "\(testCase): \(values)")
            #expect(values == values.sorted() && Set(values).count == values.count, "\(testCase): \(values)")
            for tick in scale.ticks {
                let fraction = scale.fraction(tick.value)
                #expect(fraction > -1e-6 && fraction < 1 + 1e-6, "\(testCase): \(tick)")
                let label = try #require(Double(tick.label))
                let span = max(abs(scale.domain.lowerBound), abs(scale.domain.upperBound))
                #expect(abs(label - tick.value) <= 0.006 * span, "\(testCase): \(tick)")
            }
        }
    }

    @Test(arguments: [0...0, 5...5, -1e-300...1e-300, -1e308...1e308, 1e300...1e300])
    func extremesHaveAScale(_ range: ClosedRange<Double>) {
        let scale = LinearScale(range)
        #expect(scale.ticks.allSatisfy { scale.fraction($0.value).isFinite } && !scale.ticks.isEmpty)
        #expect(scale.fraction(range.lowerBound).isFinite)
    }
}
