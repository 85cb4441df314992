import Downloads
import Foundation
import TestSupport
import Testing

@Suite struct MirrorTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func copy(_ files: [RemoteFile]) throws(DownloadError) {
        let dataset = DownloadableDataset(name: "numbers", addresses: [], contents: .files(files))
        try DatasetFetch(
            dataset, to: bench.destination.path, mirror: .folder(bench.served.path), report: bench.report
        ).run()
    }

    @Test func aFolderIsCopied() throws {
        let file = try bench.serve(count: 3 << 20)
        try bench.leavePart(of: file, count: 1 << 20)
        try copy([file])
        #expect(try bench.fetched() == bench.original())
        // Begun once, after what was there.
        #expect(
            bench.events == [
                .began(file: file.name, address: bench.served.file(file.name), size: 1 << 20, total: file.size),
                .finished(file: file.name, total: file.size),
            ])
        #expect(try bench.server.requests() == [])
    }

    @Test func aChangedPartIsCopiedOnceMore() throws {
        let file = try bench.serve(count: 3 << 20)
        try bench.leavePart(of: file, count: 1 << 20, flip: 1)
        try copy([file])
        #expect(try bench.fetched() == bench.original())
        #expect(bench.events.contains(.startedAnew(file: file.name)))
    }

    @Test func aFolderWithoutTheFile() throws {
        let error = #expect(throws: DownloadError.self) {
            try copy([RemoteFile("other.gz", size: 1, sha256: "")])
        }
        #expect(error?.code == .missingFile)
        #expect(error?.location == bench.served.file("other.gz"))
    }

    @Test func aFolderWithAnotherFileOfThatNameLeavesThePart() throws {
        let file = try bench.serve()
        try bench.leavePart(of: file, count: 1000)
        let error = #expect(throws: DownloadError.self) {
            try copy([RemoteFile(file.name, size: 5000, sha256: file.sha256)])
        }
        #expect(error?.code == .otherFile)
        #expect(try bench.names() == ["numbers.gz.part"])
    }

    @Test func checksumsHoldForAMirror() throws {
        let file = try bench.serve()
        let error = #expect(throws: DownloadError.self) {
            try copy([RemoteFile(file.name, size: file.size, sha256: String(repeating: "0", count: 64))])
        }
        #expect(error?.code == .wrongChecksum(expected: String(repeating: "0", count: 64), found: file.sha256))
        #expect(try bench.names() == [])
    }

    @Test func aMirrorIsAnHTTPAddressOrAFolder() throws {
        #expect(try RemoteAddress(mirror: "https://example.org/mnist") == .url("https://example.org/mnist"))
        #expect(try RemoteAddress(mirror: "HTTP://example.org/") == .url("HTTP://example.org/"))
        #expect(try RemoteAddress(mirror: "../data") == .folder("../data"))
        for text in ["", "ftp://example.org/", "file:///data"] {
            #expect(throws: DownloadError.self) { try RemoteAddress(mirror: text) }
        }
        #expect(RemoteAddress.url("https://a/b").location(of: "c") == "https://a/b/c")
        #expect(RemoteAddress.url("https://a/b/").location(of: "c") == "https://a/b/c")
    }

    /// The checksums that are built in are those of the files that there are.
    @Test(.enabled(if: RealData.folder("mnist") != nil, "needs mnist/ in WINNOW_TEST_DATA"))
    func mnistFromAFolder() throws {
        let mnist = try #require(DatasetCatalogue.standard["mnist"])
        let folder = try #require(RealData.folder("mnist"))
        try DatasetFetch(mnist, to: bench.destination.path, mirror: .folder(folder), report: bench.report).run()
        #expect(try bench.names() == mnist.fileNames.sorted())
        #expect(bench.events.count { if case .finished = $0 { true } else { false } } == 4)
    }
}
