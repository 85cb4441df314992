import Studies
import Foundation
import TestSupport
import Testing

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (1_795_660_408.9, "2026-11-26T02:33:28Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"), (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
        (Double.nan, "?"), (Double.infinity, "?"),
    ])
    func isRight(_ unix: Double, _ text: String) {
        #expect(UTCTime.text(unix) == text)
    }

    @Test(arguments: SeededCases(200))
    func agreesWithFoundation(_ testCase: SeededCase) {
        var random = testCase.random
        let unix = Double(Int.random(in: -2_000_000_000...20_000_000_000, using: &random))
        let expected = Date(timeIntervalSince1970: unix).formatted(.iso8601)
        #expect(UTCTime.text(unix) == expected)
    }
}
