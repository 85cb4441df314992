import Datasets
import Experiments
import Studies
import Foundation
import Hashing
import TestSupport
import Testing
import Schema
import Worker

@Suite struct DataStoreTests {
    let folder: TemporaryDirectory
    let digest = String(repeating: "ab", count: 32)
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    init() throws { folder = try TemporaryDirectory() }

    private func store() -> DataStore { DataStore(folder: folder.file("data")) }

    private func list(_ path: String = "train/x", size: Int? = nil) -> CoordinatorMessage.DataFiles {
        .init(
            data: digest,
            files: [.init(path: path, size: size ?? bytes.count, sha256: SHA256Digest.hexadecimal(of: bytes))])
    }

    private func chunk(_ offset: Int) -> CoordinatorMessage.DataChunk {
        .init(data: digest, path: "train/x", offset: offset)
    }

    /// The piece of the file from `offset` on.
    private func piece(_ offset: Int) -> [UInt8] { Array(bytes[offset..<min(offset + Chunk.size, bytes.count)]) }

    private var place: String { folder.file("data/\(digest)/train/x") }

    @Test func aFileHasItsNameOnlyWhenItIsWhole() throws {
        let store = store()
        #expect(try store.begin(list()) == [.init(path: "train/x", size: bytes.count, have: 0)])
        #expect(try store.keep(chunk(0), piece(0)) == nil)
        #expect(try store.keep(chunk(Chunk.size), piece(Chunk.size)) == nil)
        #expect(!FileManager.default.fileExists(atPath: place))
        #expect(try store.keep(chunk(2 * Chunk.size), piece(2 * Chunk.size)) == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: place)) == Data(bytes))
        #expect(!store.isWhole(digest))
        try store.finish(digest)
        #expect(store.isWhole(digest))
    }

    @Test func afterADeathTheNextProcessGoesOnWhereItStopped() throws {
        do {
            let killed = store()
            _ = try killed.begin(list())
            _ = try killed.keep(chunk(0), piece(0))
        }
        let next = store()
        #expect(try next.begin(list()) == [.init(path: "train/x", size: bytes.count, have: Chunk.size)])
        #expect(try next.keep(chunk(Chunk.size), piece(Chunk.size)) == nil)
        #expect(try next.keep(chunk(2 * Chunk.size), piece(2 * Chunk.size)) == true)
    }

    @Test func aWrongByteIsRefusedAndNothingOfTheFileIsLeft() throws {
        let store = store()
        _ = try store.begin(list())
        var wrong = piece(0)
        wrong[1000] ^= 1
        _ = try store.keep(chunk(0), wrong)
        _ = try store.keep(chunk(Chunk.size), piece(Chunk.size))
        #expect(try store.keep(chunk(2 * Chunk.size), piece(2 * Chunk.size)) == false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("data/\(digest)")) == [])
        #expect(try store.begin(list()) == [.init(path: "train/x", size: bytes.count, have: 0)])
    }

    @Test func whatIsLeftOfAnEarlierTryIsCutToItsSize() throws {
        _ = try store().begin(list())
        let part = folder.file("data/\(digest)/.part-\(SHA256Digest.hexadecimal(of: bytes))")
        try Data(bytes + [1, 2, 3]).write(to: URL(fileURLWithPath: part))
        #expect(try store().begin(list()) == [])
        #expect(try Data(contentsOf: URL(fileURLWithPath: place)) == Data(bytes))
    }

    /// Whatever happened to files that were whole: they are fetched again.
    @Test func filesThatAreNotTheDataSetAreRemoved() throws {
        let store = store()
        _ = try store.begin(list())
        for offset in stride(from: 0, to: bytes.count, by: Chunk.size) {
            _ = try store.keep(chunk(offset), piece(offset))
        }
        try store.finish(digest)
        let file = try ExperimentFile(
            text: "data: {source: digits}\nmodel: {layers: [flatten, {linear: {features: 10}}]}\n", name: "test")
        #expect(try DataCache(folder: folder.path, store: store).find(file.experiment, digest: digest) == .missing)
        #expect(!store.isWhole(digest))
        #expect(!FileManager.default.fileExists(atPath: place))
    }

    /// Nothing is read again for what neither the split nor the scaling depends on: the file may be gone.
    @Test func dataAreReadOnceForAllBatchSizes() throws {
        let table = folder.file("table.csv")
        let text = (0..<40).map { "\($0 % 7).5,\($0 % 2)\n" }.joined()
        try text.write(toFile: table, atomically: true, encoding: .utf8)
        let cache = DataCache(folder: folder.path, store: store())
        func find(_ keys: String, scale: String = "standardize") throws -> DataPresence {
            let file = try ExperimentFile(
                text: "data: {source: {csv: table.csv, target: 1, task: classification}, scale: \(scale), \(keys)}\n"
                    + "model: {layers: [{linear: {features: 2}}]}\n", name: "test")
            return try cache.find(file.experiment, digest: SHA256Digest.hexadecimal(of: Array(text.utf8)))
        }
        #expect(try find("batch_size: 8") == .here)
        try FileManager.default.removeItem(atPath: table)
        #expect(try find("batch_size: 16") == .here)
        #expect(try find("batch_size: 4, sampler: weighted") == .here)
        #expect(try find("batch_size: 4", scale: "min_max") == .missing, "other numbers have to be read")
    }

    @Test func aPieceThatIsNotTheNextIsNotTaken() throws {
        let store = store()
        _ = try store.begin(list())
        #expect(try store.keep(chunk(0), piece(0)) == nil)
        #expect(try store.keep(chunk(2 * Chunk.size), piece(2 * Chunk.size)) == false)
        #expect(try store.keep(chunk(Chunk.size), piece(Chunk.size)) == nil, "it goes on where it was")
        #expect(try store.keep(chunk(2 * Chunk.size), piece(2 * Chunk.size)) == true)
        var foreign = chunk(0)
        foreign.path = "other"
        #expect(try store.keep(foreign, piece(0)) == nil, "it is in no list")
    }

    @Test func fromItsFirstByteItBeginsAnew() throws {
        let store = store()
        _ = try store.begin(list())
        _ = try store.keep(chunk(0), piece(Chunk.size))
        #expect(try store.keep(chunk(0), piece(0)) == nil)
        #expect(try store.keep(chunk(Chunk.size), piece(Chunk.size)) == nil)
        #expect(try store.keep(chunk(2 * Chunk.size), piece(2 * Chunk.size)) == true)
    }

    @Test func whatNeedNotBeHereIsNotAskedFor() throws {
        let store = store()
        #expect(try store.begin(list()) { _ in false } == [])
        try store.finish(digest, isWhole: false)
        #expect(!store.isWhole(digest), "others would look for files that are not here")
        #expect(try self.store().lock(digest))
    }

    @Test(arguments: [
        "../x", "a/../x", "/etc/passwd", "", "a//b", ".whole", "a/.hidden", "a\0b", String(repeating: "a", count: 300),
        Array(repeating: String(repeating: "a", count: 200), count: 6).joined(separator: "/"),
    ]) func aPathThatLeadsElsewhereIsRefused(path: String) throws {
        #expect(throws: DataStoreError.self) { try store().begin(list(path)) }
    }

    @Test func impossibleListsAreRefused() throws {
        #expect(throws: DataStoreError.self) { try store().begin(list(size: -1)) }
        #expect(throws: DataStoreError.self) { try store().begin(list(size: 1 << 49)) }
        #expect(throws: DataStoreError.notServed) { try store().begin(.init(data: digest, files: [])) }
        #expect(throws: DataStoreError.self) { try store().begin(.init(data: "../../x", files: list().files)) }
        let twice = CoordinatorMessage.DataFiles(data: digest, files: list().files + list().files)
        #expect(throws: DataStoreError.self) { try store().begin(twice) }
    }

    @Test func oneProcessFetchesAndTheOthersWait() throws {
        // A lock belongs to a descriptor: another store is as good as another process.
        let (first, second) = (store(), store())
        #expect(try first.lock(digest) && first.lock(digest))
        #expect(try !second.lock(digest))
        first.leave(digest)
        #expect(try second.lock(digest))
    }

    // MARK: Sources

    /// Every kind of source is the same data set when its files have travelled.
    @Test func whatHasTravelledIsTheSameDataSet() throws {
        let table = "a,b,y\n" + (0..<20).map { "\($0),\($0 % 3),\($0 % 2 == 0 ? "p" : "q")" }.joined(separator: "\n")
        try folder.write(table, to: "table.csv")
        let sources: [DataSource] = [
            .digits, .housing, .csv(.init(path: folder.file("table.csv"), targetKind: .classes)),
        ]
        for (number, source) in sources.enumerated() {
            let elsewhere = folder.file("elsewhere-\(number)")
            for file in try source.files() {
                let target = URL(fileURLWithPath: "\(elsewhere)/\(file.name)")
                try FileManager.default.createDirectory(
                    at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.copyItem(at: URL(fileURLWithPath: file.path), to: target)
            }
            let there = try source.relocated(to: elsewhere).load(from: DataLibrary(folders: [elsewhere]))
            let here = try source.load()
            #expect(there.digest == here.digest && there.sampleShape == here.sampleShape)
        }
    }
}
