import Downloads
import Foundation
import TestSupport
import Testing

@Suite struct ResumptionTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
    }

    @Test func aPartGoesOnWhereItEnded() throws {
        let file = try bench.serve()
        try bench.leavePart(of: file, count: 60_000)
        try bench.fetch([file], from: ["ranges"])
        #expect(try bench.fetched() == bench.original())
        #expect(try bench.server.requests() == ["/ranges/numbers.gz bytes=60000-"])
        #expect(try bench.names() == ["numbers.gz"])
    }

    @Test func aServerWithoutRangesStartsAnew() throws {
        let file = try bench.serve()
        try bench.leavePart(of: file, count: 60_000)
        try bench.fetch([file], from: ["plain"])
        #expect(try bench.fetched() == bench.original())
        #expect(try bench.server.requests() == ["/plain/numbers.gz bytes=60000-"])
    }

    @Test func aConnectionThatIsCutGoesOnWhereItEnded() throws {
        let file = try bench.serve()
        try bench.fetch([file], from: ["cut"])
        #expect(try bench.fetched() == bench.original())
        #expect(
            try bench.server.requests() == [
                "/cut/numbers.gz", "/cut/numbers.gz bytes=40000-", "/cut/numbers.gz bytes=80000-",
            ])
    }

    @Test func aConnectionThatIsAlwaysCutAtTheSamePlaceIsGivenUpAndThePartKept() throws {
        let file = try bench.serve()
        let error = #expect(throws: DownloadError.self) { try bench.fetch([file], from: ["cutplain"]) }
        #expect(error?.code == .curl(18))
        #expect(try bench.server.requests().count == 3)
        #expect(try bench.names() == ["numbers.gz.part"])
    }

    @Test func aPartOfAFileThatHasChangedIsFetchedOnceMore() throws {
        let file = try bench.serve()
        try bench.leavePart(of: file, count: 60_000, flip: 1)
        try bench.fetch([file], from: ["ranges"])
        #expect(try bench.fetched() == bench.original())
        #expect(bench.events.contains(.startedAnew(file: "numbers.gz")))
        #expect(try bench.server.requests() == ["/ranges/numbers.gz bytes=60000-", "/ranges/numbers.gz"])
    }

    @Test func aPartThatIsTooLongIsFetchedOnceMore() throws {
        let file = try bench.serve()
        let long = RemoteFile(file.name, size: 50_000, sha256: file.sha256)
        try bench.leavePart(of: file, count: 60_000)
        #expect(throws: DownloadError.self) { try bench.fetch([long], from: ["ranges"]) }
        #expect(try bench.server.requests() == ["/ranges/numbers.gz"])
        #expect(try bench.names() == [])
    }

    @Test func aWholePartIsTakenWithoutAsking() throws {
        let file = try bench.serve()
        try bench.leavePart(of: file, count: file.size)
        try bench.fetch([file], from: ["missing"])
        #expect(try bench.fetched() == bench.original())
        #expect(try bench.server.requests() == [])
    }

    @Test func anAnswerOfAnotherRangeIsNotTaken() throws {
        let file = try bench.serve()
        try bench.leavePart(of: file, count: 60_000)
        try bench.fetch([file], from: ["otherrange"])
        #expect(try bench.fetched() == bench.original())
        #expect(try bench.server.requests() == ["/otherrange/numbers.gz bytes=60000-", "/otherrange/numbers.gz"])
    }

    /// Whatever an earlier run left, the file is whole and right.
    @Test(arguments: SeededCases(20))
    func anyPart(_ testCase: SeededCase) throws {
        var random = testCase.random
        let file = try bench.serve(count: Int.random(in: 1...150_000, using: &random), seed: testCase.seed)
        let count = Int.random(in: 0...file.size, using: &random)
        try bench.leavePart(of: file, count: count, flip: Bool.random(using: &random) ? 1 : 0)
        try bench.fetch([file], from: [["ranges", "plain", "cut"].randomElement(using: &random) ?? "ranges"])
        #expect(try bench.fetched() == bench.original())
    }

    @Test func anInterruptionKeepsThePart() throws {
        let file = try bench.serve()
        let signal = Pipe()
        let error = #expect(throws: DownloadError.self) {
            try bench.fetch(
                [file], from: ["stuck"],
                interruption: Interruption(descriptor: signal.fileHandleForReading.fileDescriptor)
            ) { event in
                // The server sends no more than this half, and waits.
                if case .progress(_, 50_000, _) = event { signal.fileHandleForWriting.write(Data([1])) }
            }
        }
        #expect(error?.code == .interrupted)
        #expect(try bench.names() == ["numbers.gz.part"])
        try bench.fetch([file], from: ["ranges"])
        #expect(try bench.fetched() == bench.original())
        #expect(try bench.server.requests() == ["/stuck/numbers.gz", "/ranges/numbers.gz bytes=50000-"])
    }
}
