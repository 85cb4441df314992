import Downloads
import Foundation
import TestSupport
import Testing

@Suite struct DiskTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
    }

    @Test func aFullDiskIsSaid() throws {
        let file = try bench.serve()
        let part = bench.destination.file("numbers.gz.part")
        try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: "/dev/full")
        let error = #expect(throws: DownloadError.self) { try bench.fetch([file], from: ["ranges"]) }
        #expect(error?.code == .system(ENOSPC))
        #expect(error?.description.hasPrefix("\(part): cannot be written: No space left on device; make room") == true)
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        let file = try bench.serve()
        let dataset = DownloadableDataset(name: "numbers", addresses: [], contents: .files([file]))
        let place = try bench.destination.write("no folder", to: "plain")
        for path in [place, "\(place)/deeper/still"] {
            let error = #expect(throws: DownloadError.self) { try DatasetFetch(dataset, to: path).run() }
            #expect(error?.code == .system(ENOTDIR))
        }
    }

    @Test(arguments: ["new/and/deep", "new//and/", "."])
    func foldersAreMade(_ name: String) throws {
        let file = try bench.serve()
        let dataset = DownloadableDataset(name: "numbers", addresses: [], contents: .files([file]))
        let folder = bench.destination.file(name)
        try DatasetFetch(dataset, to: folder, mirror: .folder(bench.served.path)).run()
        #expect(FileManager.default.contents(atPath: "\(folder)/numbers.gz").map(Array.init) == (try bench.original()))
    }

    @Test func oneProcessFetchesAFileAtATime() throws {
        let file = try bench.serve()
        let other = try FileHandle(
            forWritingTo: URL(fileURLWithPath: bench.destination.write("", to: "\(file.name).part")))
        try #require(flock(other.fileDescriptor, LOCK_EX) == 0)
        let error = #expect(throws: DownloadError.self) { try bench.fetch([file], from: ["ranges"]) }
        #expect(error?.code == .busy)
        #expect(try bench.server.requests() == [])
        try other.close()
        try bench.fetch([file], from: ["ranges"])
    }
}
