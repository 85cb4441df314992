import Experiments
import Testing

@Suite struct DurationSpellingTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("0s", .zero), ("30s", .seconds(30)), ("90s", .seconds(90)),
        ("5m", .seconds(300)), ("2h", .seconds(7200)),
    ])
    func isReadAndWritten(_ text: String, _ duration: Duration) {
        #expect(Duration(spelling: text) == duration)
        #expect(duration.spelling == text)
    }

    @Test(arguments: ["", "s", "30", "30 s", "1.5s", "-3s", "3d", "99999999999999999999s", "٣s", "1m30s"])
    func isRefused(_ text: String) {
        #expect(Duration(spelling: text) == nil)
    }

    @Test func aLargerUnitIsChosenWhereItIsWhole() {
        #expect(Duration.seconds(3600).spelling == "1h")
        #expect(Duration.seconds(60).spelling == "1m")
        #expect(Duration.milliseconds(61_500).spelling == "61500ms")
    }
}
