import Downloads
import Foundation
import TestSupport
import Testing

@Suite struct FetchTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
    }

    @Test func filesAreFetchedOnce() throws {
        let files = [try bench.serve("a.gz"), try bench.serve("b.gz", count: 7, seed: 2)]
        try bench.fetch(files, from: ["ranges"])
        #expect(try bench.names() == ["a.gz", "b.gz"])
        #expect(try bench.fetched("a.gz") == bench.original("a.gz"))
        #expect(try bench.fetched("b.gz") == bench.original("b.gz"))
        #expect(try bench.server.requests() == ["/ranges/a.gz", "/ranges/b.gz"])
        try bench.fetch(files, from: ["ranges"])
        #expect(try bench.server.requests().count == 2)
        #expect(bench.events.suffix(2) == [.present(file: "a.gz"), .present(file: "b.gz")])
    }

    @Test func aDamagedFileIsReplaced() throws {
        let file = try bench.serve()
        try bench.destination.write("something else", to: file.name)
        try bench.fetch([file], from: ["ranges"])
        #expect(bench.events.first == .damaged(file: file.name))
        #expect(try bench.fetched() == bench.original())
    }

    @Test func whatStandsThereStaysUntilTheNewFileIsRight() throws {
        let file = try bench.serve()
        try bench.destination.write("something else", to: file.name)
        #expect(throws: DownloadError.self) { try bench.fetch([file], from: ["wrong"]) }
        #expect(try bench.names() == [file.name])
        #expect(try bench.fetched() == Array("something else".utf8))
    }

    @Test(arguments: ["wrong", "html"])
    func wrongContentsAreRefusedWithBothSums(_ kind: String) throws {
        let file = try bench.serve()
        let error = #expect(throws: DownloadError.self) { try bench.fetch([file], from: [kind]) }
        guard case .wrongChecksum(let expected, let found) = error?.code else {
            Issue.record("not the checksum's error: \(String(describing: error))")
            return
        }
        #expect(expected == file.sha256)
        let text = error?.description ?? ""
        #expect(text.contains(expected) && text.contains(found) && text.hasPrefix(bench.server.url(kind) + file.name))
        #expect(try bench.names() == [])
        #expect(try bench.server.requests().count == 1)
    }

    @Test func aFileThatIsTooLongIsNotReadToItsEnd() throws {
        let file = try bench.serve()
        let error = #expect(throws: DownloadError.self) { try bench.fetch([file], from: ["long"]) }
        #expect(error?.code == .wrongLength)
        #expect(try bench.names() == [])
    }

    @Test func aMissingFileIsLookedForAtTheNextAddress() throws {
        let file = try bench.serve()
        try bench.fetch([file], from: ["missing", "ranges"])
        #expect(try bench.fetched() == bench.original())
        let failure = bench.events.compactMap { event -> DownloadError? in
            if case .addressFailed(let error, next: _, note: _) = event { error } else { nil }
        }
        #expect(failure.map(\.code) == [.status(404)])
        #expect(
            failure.first?.description
                == bench.server.url("missing")
                + "numbers.gz: curl error 22: The requested URL returned error: 404; try another address with --mirror")
    }

    @Test func theLastAddressSaysWhatIsWrong() throws {
        let file = try bench.serve()
        let error = #expect(throws: DownloadError.self) { try bench.fetch([file], from: ["ranges/no", "missing"]) }
        #expect(error?.location == bench.server.url("missing") + "numbers.gz")
    }

    @Test func aServerThatIsNotThere() throws {
        let file = try bench.serve()
        // Port 1 is nobody's on a machine where tests run.
        let dataset = DownloadableDataset(name: "numbers", addresses: [], contents: .files([file]))
        let error = #expect(throws: DownloadError.self) {
            try DatasetFetch(dataset, to: bench.destination.path, mirror: .url("http://127.0.0.1:1/x")).run()
        }
        #expect(error?.code == .curl(7))
        #expect(
            error?.description.hasPrefix("http://127.0.0.1:1/x/numbers.gz: curl error 7: Failed to connect") == true)
        #expect(error?.description.hasSuffix("check the network, or give another address with --mirror") == true)
        #expect(try bench.names() == [])
    }

    @Test func aBusyServerIsAskedAgain() throws {
        let file = try bench.serve()
        try bench.fetch([file], from: ["busy"])
        #expect(try bench.fetched() == bench.original())
        #expect(try bench.server.requests().count == 2)
    }

    @Test func aRedirectionIsFollowedWithinHTTPAlone() throws {
        let file = try bench.serve()
        let error = #expect(throws: DownloadError.self) { try bench.fetch([file], from: ["toftp"]) }
        #expect(error?.code == .curl(1))
        try bench.fetch([file], from: ["redirect"])
        #expect(try bench.fetched() == bench.original())
    }
}
