import Downloads
import Testing

@Suite struct RetryPolicyTests {
    private let cut = DownloadError(.curl(18), at: "x", "cut")

    @Test func triesInARowThatBringNothingAreCounted() {
        var tries = RetryPolicy.Tries(RetryPolicy(pauses: [.seconds(1), .seconds(2)]), from: 0)
        #expect(tries.pause(after: cut, size: 0) == .seconds(1))
        #expect(tries.pause(after: cut, size: 0) == .seconds(2))
        #expect(tries.pause(after: cut, size: 0) == nil)
    }

    @Test func newBytesBeginTheCountAnew() {
        var tries = RetryPolicy.Tries(RetryPolicy(pauses: [.seconds(1), .seconds(2)]), from: 10)
        #expect(tries.pause(after: cut, size: 10) == .seconds(1))
        #expect(tries.pause(after: cut, size: 20) == .seconds(1))
        // A server that always starts anew brings the same bytes over and over.
        #expect(tries.pause(after: cut, size: 15) == .seconds(2))
        #expect(tries.pause(after: cut, size: 20) == nil)
    }

    @Test(arguments: [DownloadError.Code.status(404), .status(416), .curl(6), .curl(7), .curl(60), .system(28), .busy])
    func whatDoesNotPassIsNotTriedAgain(_ code: DownloadError.Code) {
        var tries = RetryPolicy.Tries(.standard, from: 0)
        #expect(tries.pause(after: DownloadError(code, at: "x", "y"), size: 0) == nil)
    }
}
