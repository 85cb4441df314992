import Experiments
import Studies
import Foundation
import Hashing
import StudyStore
import Synchronization
import TestSupport
import Testing
import Schema
import Worker

/// Checkpoints between the wire, the spool and a study's folder that is here, too.
@Suite struct CheckpointStorageTests {
    private let directory: TemporaryDirectory
    private let spool: Spool
    private let storage: CheckpointStorage
    private let study: StudyFolder
    private let heard = Heard()
    private let id = AttemptID(trial: 2, attempt: 3)
    private let bytes = (0..<Chunk.size + 1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    private let spooled: SpooledFile
    private let nonce = String(repeating: "ab", count: 16)

    /// What the storage and the spool say.
    private final class Heard: Sendable {
        private let events = Mutex<[StorageEvent]>([])
        private let troubles = Mutex<[SpoolError?]>([])

        func put(_ event: StorageEvent) { events.withLock { $0.append(event) } }
        func put(_ trouble: SpoolError?) { troubles.withLock { $0.append(trouble) } }
        func takeEvents() -> [StorageEvent] {
            events.withLock { events in
                defer { events = [] }
                return events
            }
        }
        /// Whether each was a trouble, or its end.
        var areTroubles: [Bool] { troubles.withLock { $0.map { $0 != nil } } }
    }

    init() throws {
        directory = try TemporaryDirectory()
        study = StudyFolder(directory.file("study"))
        try study.create()
        try directory.write(nonce, to: "study/.shared-1")
        spool = try Spool(in: directory.file("spool"), worker: "h-1-1", host: "h") { [heard] in heard.put($0) }
        storage = CheckpointStorage(spool) { [heard] in heard.put($0) }
        spooled = SpooledFile(
            file: .init(
                kind: .last, epoch: 1, size: bytes.count, sha256: SHA256Digest.hexadecimal(of: bytes)),
            name: "0000000000000000-2-3-resume.h5")
    }

    private func keep(_ bytes: [UInt8], at offset: Int) -> [StorageEvent] {
        storage.keep(Chunk(id: id, file: spooled.file, offset: offset), bytes, in: spooled)
        return events()
    }

    private func events() -> [StorageEvent] {
        storage.drain()
        return heard.takeEvents()
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: spool.path).sorted() }
    }

    private var first: [UInt8] { Array(bytes[..<Chunk.size]) }
    private var second: [UInt8] { Array(bytes[Chunk.size...]) }

    // MARK: Over the wire

    @Test func aDownloadIsThereWhenItIsWhole() throws {
        #expect(keep(first, at: 0).isEmpty)
        #expect(try names == ["0000000000000000-2-3-resume.h5.part", "lock"])
        #expect(keep(second, at: Chunk.size) == [.checkpoint(id, spooled)])
        #expect(try spool.read(spooled) == bytes)
        storage.discard(spooled)
        #expect(events().isEmpty)
        #expect(try names == ["lock"])
    }

    @Test func aWrongByteIsFoundAndNothingOfTheFileIsLeft() throws {
        var wrong = first
        wrong[1000] ^= 1
        _ = keep(wrong, at: 0)
        #expect(keep(second, at: Chunk.size) == [.checkpoint(id, nil)])
        #expect(try names == ["lock"])
    }

    @Test func fromItsFirstByteItBeginsAnew() throws {
        _ = keep(Array(repeating: 7, count: Chunk.size), at: 0)
        _ = keep(first, at: 0)
        #expect(keep(second, at: Chunk.size) == [.checkpoint(id, spooled)])
        #expect(try spool.read(spooled) == bytes)
    }

    @Test func whatFindsNoRoomIsToldOnceAndSoIsItsEnd() throws {
        // A folder where the file should be.
        let obstacle = "\(spool.path)/0000000000000000-2-3-resume.h5.part"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        for _ in 0..<2 {
            #expect(keep(first, at: 0) == [.checkpoint(id, nil)])
            #expect(keep(second, at: Chunk.size).isEmpty, "nobody waits for it")
        }
        #expect(heard.areTroubles == [true])
        try FileManager.default.removeItem(atPath: obstacle)
        for _ in 0..<2 {
            _ = keep(first, at: 0)
            #expect(keep(second, at: Chunk.size) == [.checkpoint(id, spooled)])
        }
        #expect(heard.areTroubles == [true, false])
    }

    // MARK: In a folder that is here, too

    private func find(_ name: String = ".shared-1", nonce: String? = nil) -> Bool {
        let nonce = nonce ?? self.nonce
        storage.find(.init(path: study.path, name: name, nonce: nonce))
        let events = events()
        #expect(events.count == 1)
        return events == [.sharedFolder(nonce: nonce, isHere: true)]
    }

    @Test func aFolderIsSharedWhereItsNonceIsRead() throws {
        #expect(find())
        #expect(!find(nonce: String(repeating: "cd", count: 16)))
        #expect(!find(".shared-2"))
        try directory.write(nonce, to: "outside")
        #expect(!find("../outside"), "a name leads out of the folder")
        try directory.write("ab", to: "study/.short")
        #expect(!find(".short", nonce: "ab"), "any folder may hold that")
    }

    @Test func aCheckpointIsCopiedToWhereTheCoordinatorLooksForIt() throws {
        let written = try spool.write(bytes, as: spooled.file, of: id)
        storage.place(written, of: id)
        #expect(events() == [.placed(id, written, false)], "nobody has looked whether the folder is here")
        #expect(find())
        let place = study.incomingPath(id, .last)
        for _ in 0..<2 {
            // The second time over what the first has left.
            storage.place(written, of: id)
            #expect(events() == [.placed(id, written, true)])
            #expect(try Data(contentsOf: URL(fileURLWithPath: place)) == Data(bytes))
        }
        storage.discard(written)
        storage.place(written, of: id)
        #expect(events() == [.placed(id, written, false)])
        #expect(!FileManager.default.fileExists(atPath: place))
    }

    /// Another study stands at the path by now, or in the same folder.
    @Test(arguments: [false, true])
    func nothingIsPutIntoAFolderThatWasReplaced(keepsTheFolder: Bool) throws {
        let written = try spool.write(bytes, as: spooled.file, of: id)
        #expect(find())
        if keepsTheFolder {
            try FileManager.default.removeItem(atPath: directory.file("study/.shared-1"))
        } else {
            rename(study.path, directory.file("aside"))
            try study.create()
        }
        try directory.write(String(repeating: "cd", count: 16), to: "study/.shared-1")
        storage.place(written, of: id)
        #expect(events() == [.placed(id, written, false)])
        #expect(try FileManager.default.contentsOfDirectory(atPath: study.path) == [".shared-1"])
    }

    /// As all else in a study, and unlike what lies in the spool.
    @Test func aPlacedCheckpointFollowsTheUmask() throws {
        let written = try spool.write(bytes, as: spooled.file, of: id)
        #expect(find())
        try directory.write("x", to: "usual")
        storage.place(written, of: id)
        #expect(events() == [.placed(id, written, true)])
        func rights(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try rights(study.incomingPath(id, .last)) == rights(directory.file("usual")))
        #expect(try rights("\(spool.path)/\(written.name)") == 0o600)
    }

    @Test func aCheckpointIsTakenOutOfTheFolderIfItIsTheOneAnnounced() throws {
        #expect(find())
        let path = study.checkpointPath(trial: id.trial, .last)
        try study.createTrialFolder(id.trial)
        for (stored, isRight) in [(bytes, true), (Array(bytes.reversed()), false), (Array(bytes.dropLast()), false)] {
            try Data(stored).write(to: URL(fileURLWithPath: path))
            storage.copyShared(spooled, of: id)
            #expect(events() == [.checkpoint(id, isRight ? spooled : nil)])
            #expect(try names == (isRight ? ["0000000000000000-2-3-resume.h5", "lock"] : ["lock"]))
            spool.discard(spooled)
        }
    }
}
