import Coordinator
import Testing

@Suite struct RefusalLogTests {
    @Test func aLineIsToldOnceAMinute() {
        var log = RefusalLog()
        for _ in 0..<3 { log.add("nonsense", .message) }
        #expect(log.drain(at: .seconds(1)) == ["nonsense"])
        log.add("nonsense", .message)
        #expect(log.drain(at: .seconds(59)).isEmpty)
        #expect(
            log.drain(at: .seconds(61)) == ["3 more refusals in the last minute were not told one by one"])
        log.add("nonsense", .message)
        #expect(log.drain(at: .seconds(62)) == ["nonsense"], "a minute has begun")
        #expect(log.drain(at: .seconds(200)).isEmpty, "nothing was left out")
    }

    /// Whoever sends nonsense of ever new kinds.
    @Test func aFloodTakesItsShareAndHidesNoOtherSort() {
        var log = RefusalLog()
        for number in 0..<1_000 { log.add("nonsense \(number)", .message) }
        log.add("a stranger", .connection)
        let told = log.drain(at: .seconds(1))
        #expect(told.count == RefusalLog.linesPerMinute + 1 && told.last == "a stranger")
        for number in 0..<1_000 { log.add("a stranger \(number)", .connection) }
        #expect(log.drain(at: .seconds(2)).count == RefusalLog.linesPerMinute - 1)
        #expect(
            log.drain(at: .seconds(61)) == ["1801 more refusals in the last minute were not told one by one"])
        log.add("nonsense 999", .message)
        #expect(log.drain(at: .seconds(61)) == ["nonsense 999"])
    }
}
