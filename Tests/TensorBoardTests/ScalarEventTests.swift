import TensorBoard
import TestSupport
import Testing

/// Events that are written are read back; cut off anywhere, they are waited for.
@Suite struct ScalarEventTests {
    @Test(arguments: SeededCases(20)) func eventsComeBack(_ testCase: SeededCase) throws {
        var random = testCase.random
        let events = (0..<10).map { step in
            ScalarEvent(
                wallTime: Double.random(in: 0...2e9, using: &random), step: step,
                values: ["loss": Double(Float.random(in: -5...5, using: &random)), "a/b": Double(step)])
        }
        var bytes = ScalarEvent.fileVersion(wallTime: 1)
        for event in events { bytes += event.record() }
        let cut = Int.random(in: 0..<bytes.count, using: &random)
        var (found, start): ([ScalarEvent], Int) = ([], 0)
        for part in [Array(bytes[..<cut]), bytes] {
            while case .event(let event) = EventRecord.next(in: part, from: &start) { found.append(event) }
            guard case .incomplete = EventRecord.next(in: part, from: &start) else {
                return #expect(Bool(false), "\(testCase)")
            }
        }
        #expect(found.filter { !$0.values.isEmpty } == events, "\(testCase)")
    }

    @Test func whatIsNoEventIsSaid() {
        var start = 0
        let noise = [UInt8](repeating: 0xFF, count: 64)
        guard case .spoilt = EventRecord.next(in: noise, from: &start) else {
            return #expect(Bool(false), "a length beyond all files")
        }
    }
}
