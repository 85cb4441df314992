import Downloads
import Foundation
import Hashing
import TestSupport
import Testing

/// Archives in CIFAR-10's layout, with small members.
@Suite struct ArchiveTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
    }

    /// Fetches an archive of which each entry is (path, type, size): "0" a file, "1" a hard link, "2" a symbolic link.
    private func fetch(_ entries: String, cutTo length: Int? = nil) throws {
        let path = bench.served.file("small.tar.gz")
        _ = try Python.run(
            """
            import io, sys, tarfile
            with tarfile.open(sys.argv[1], "w:gz") as archive:
                for path, kind, size in eval(sys.argv[2]):
                    entry = tarfile.TarInfo(path)
                    entry.type = kind.encode()
                    entry.size = size if kind == "0" else 0
                    entry.linkname = "/etc/passwd" if kind == "2" else "batches-bin/readme.html"
                    archive.addfile(entry, io.BytesIO(path[-5:-4].encode() * size))
            """, arguments: [path, entries])
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        if let length {
            bytes = Array(bytes.prefix(length))
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
        let archive = RemoteFile("small.tar.gz", size: bytes.count, sha256: SHA256Digest.hexadecimal(of: bytes))
        let one = [UInt8](repeating: UInt8(ascii: "1"), count: 3073)
        let dataset = DownloadableDataset(
            name: "small", addresses: [.url(bench.server.url("ranges"))],
            contents: .archive(
                archive,
                members: [
                    ArchiveMember("data_batch_1.bin", size: 3073, sha256: SHA256Digest.hexadecimal(of: one)),
                    ArchiveMember("test_batch.bin", size: 3073),
                    ArchiveMember("batches.meta.txt", sizes: 1...100),
                ]))
        try DatasetFetch(dataset, to: bench.destination.path, report: bench.report).run()
    }

    private static let good = """
        ("batches-bin", "5", 0), ("batches-bin/readme.html", "0", 9), ("batches-bin/batches.meta.txt", "0", 61),
        ("batches-bin/data_batch_1.bin", "0", 3073), ("batches-bin/test_batch.bin", "0", 3073)
        """

    @Test func theMembersAreUnpackedAndTheArchiveDeleted() throws {
        try fetch("[\(ArchiveTests.good)]")
        #expect(try bench.names() == ["batches.meta.txt", "data_batch_1.bin", "test_batch.bin"])
        #expect(try bench.fetched("data_batch_1.bin") == [UInt8](repeating: UInt8(ascii: "1"), count: 3073))
        #expect(try bench.fetched("test_batch.bin") == [UInt8](repeating: UInt8(ascii: "h"), count: 3073))
        #expect(try bench.fetched("batches.meta.txt").count == 61)
    }

    @Test func whatIsThereIsNotFetchedAgain() throws {
        try fetch("[\(ArchiveTests.good)]")
        try fetch("[\(ArchiveTests.good)]")
        #expect(try bench.server.requests().count == 1)
        #expect(
            bench.events.suffix(3).map { $0 }
                == ["data_batch_1.bin", "test_batch.bin", "batches.meta.txt"].map {
                    .present(file: $0)
                })
    }

    @Test func aDamagedMemberIsFetchedAgain() throws {
        try fetch("[\(ArchiveTests.good)]")
        try bench.destination.write(String(repeating: "x", count: 3073), to: "data_batch_1.bin")
        try fetch("[\(ArchiveTests.good)]")
        #expect(try bench.fetched("data_batch_1.bin") == [UInt8](repeating: UInt8(ascii: "1"), count: 3073))
        #expect(try bench.server.requests().count == 2)
    }

    @Test(
        arguments: [
            (#"("../evil.bin", "0", 5)"#, "the path \"../evil.bin\" leads out of it"),
            (#"("batches-bin/../../test_batch.bin", "0", 3073)"#, "leads out of it"),
            (#"("/test_batch.bin", "0", 3073)"#, "the path \"/test_batch.bin\" leads out of it"),
            (#"("other/test_batch.bin", "0", 3073)"#, "other/test_batch.bin stands in it twice"),
            (#"("other/test_batch.bin", "2", 0)"#, "other/test_batch.bin is no regular file"),
            (#"("other/test_batch.bin", "1", 0)"#, "other/test_batch.bin is no regular file"),
            (#"("other/test_batch.bin", "0", 3072)"#, "other/test_batch.bin has 3072 bytes, not 3073"),
        ])
    func anArchiveThatIsNotAsListedIsRefused(_ entry: String, _ reason: String) throws {
        let error = #expect(throws: DownloadError.self) { try fetch("[\(ArchiveTests.good), \(entry)]") }
        #expect(error?.code == .refusedArchive)
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        #expect(try bench.names() == ["small.tar.gz"])
        let above = URL(fileURLWithPath: bench.destination.path).deletingLastPathComponent().path
        #expect(!FileManager.default.fileExists(atPath: "\(above)/evil.bin"))
    }

    @Test func aMissingMemberIsNamed() throws {
        let error = #expect(throws: DownloadError.self) { try fetch(#"[("batches-bin/test_batch.bin", "0", 3073)]"#) }
        #expect(error?.description.hasSuffix("it has no data_batch_1.bin, batches.meta.txt") == true)
    }

    @Test func anArchiveThatIsCutOff() throws {
        let error = #expect(throws: DownloadError.self) { try fetch("[\(ArchiveTests.good)]", cutTo: 150) }
        guard case .damagedArchive = error?.code else {
            Issue.record("not the archive's error: \(String(describing: error))")
            return
        }
        #expect(try bench.names() == ["small.tar.gz"])
    }

    @Test func cifarIsListedInItsPublishedSizes() throws {
        let cifar = try #require(DatasetCatalogue.standard["cifar10"])
        guard case .archive(let archive, let members) = cifar.contents else {
            Issue.record("cifar10 is no archive")
            return
        }
        #expect(archive.size == 170_052_171)
        #expect(members.filter { $0.sizes == 30_730_000...30_730_000 }.count == 6)
    }
}
