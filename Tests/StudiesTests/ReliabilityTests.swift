import Studies
import Testing

struct ReliabilityTests {
    private let reliability = Reliability(bins: [
        .init(count: 0, right: 0, confidence: 0), .init(count: 4, right: 1, confidence: 2),
        .init(count: 12, right: 12, confidence: 10),
    ])

    /// (|1 - 2| + |12 - 10|) / 16.
    @Test func theErrorWeighsEachBinByItsSamples() {
        #expect(reliability.error == 0.1875)
        #expect(reliability.sampleCount == 16 && reliability.accuracy == 0.8125)
        #expect(reliability.meanConfidence == 0.75)
    }

    @Test func aBinKnowsItsMeans() {
        #expect(reliability.bins.map(\.meanConfidence) == [nil, 0.5, 10 / 12.0])
        #expect(reliability.bins.map(\.accuracy) == [nil, 0.25, 1])
        let edges: [Double] = [0, 1 / 3.0, 2 / 3.0, 1]
        for index in 0..<3 { #expect(reliability.range(index) == edges[index]...edges[index + 1]) }
    }

    @Test func withoutSamplesTheErrorIsNone() {
        #expect(Reliability(bins: []).error == 0 && Reliability(bins: []).accuracy == 0)
    }
}
