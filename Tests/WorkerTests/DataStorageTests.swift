import Foundation
import Hashing
import Synchronization
import TestSupport
import Testing
import Schema
import Worker

/// What the machine hears of the files of data sets that it asked for.
@Suite struct DataStorageTests {
    private let folder: TemporaryDirectory
    private let store: DataStore
    private let storage: DataStorage
    private let heard = Heard()
    private let digest = String(repeating: "ab", count: 32)
    private let bytes: [UInt8] = Array("all of it".utf8)

    private final class Heard: Sendable {
        private let events = Mutex<[StorageEvent]>([])
        func put(_ event: StorageEvent) { events.withLock { $0.append(event) } }
        func take() -> StorageEvent? {
            events.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    init() throws {
        folder = try TemporaryDirectory()
        store = DataStore(folder: folder.file("data"))
        storage = DataStorage(DataCache(folder: folder.path, store: store), ExperimentCache()) { [heard] in
            heard.put($0)
        }
    }

    private var list: CoordinatorMessage.DataFiles {
        .init(
            data: digest,
            files: [.init(path: "x", size: bytes.count, sha256: SHA256Digest.hexadecimal(of: bytes))])
    }

    private func nextEvent() async throws -> StorageEvent? {
        var event: StorageEvent?
        try await eventually {
            event = heard.take()
            return event != nil
        } last: {
            "nothing"
        }
        return event
    }

    private func keep(_ bytes: [UInt8]) async throws -> StorageEvent? {
        storage.keep(.init(data: digest, path: "x", offset: 0), bytes)
        return try await nextEvent()
    }

    @Test func aDataSetComesWholeAndIsThenEverybodys() async throws {
        storage.begin(list)
        #expect(try await nextEvent() == .dataBegun(digest, [.init(path: "x", size: bytes.count, have: 0)]))
        #expect(try await keep(bytes.reversed()) == .dataFile(digest, path: "x", isWhole: false))
        #expect(try await keep(bytes) == .dataFile(digest, path: "x", isWhole: true))
        let other = DataStore(folder: store.folder)
        #expect(try !other.lock(digest) && !other.isWhole(digest))
        storage.finish(digest)
        #expect(try await nextEvent() == .dataFinished(digest))
        #expect(try other.isWhole(digest) && other.lock(digest))
    }

    @Test func whatCannotBeIsTold() async throws {
        storage.begin(.init(data: digest, files: []))
        #expect(try await nextEvent() == .dataFailed(digest, reason: DataStoreError.notServed.description))
    }

    @Test func whoLeavesLetsAnotherProcessFetch() async throws {
        storage.begin(list)
        _ = try await nextEvent()
        storage.leave(digest)
        let other = DataStore(folder: store.folder)
        try await eventually {
            try other.lock(digest)
        } last: {
            "locked"
        }
    }
}
