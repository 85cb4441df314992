import Experiments
import Studies
import Foundation
import Glibc
import TestSupport
import Testing
import Schema
import Worker

@Suite struct SpoolTests {
    let folder: TemporaryDirectory
    let id = AttemptID(trial: 3, attempt: 2)

    init() throws { folder = try TemporaryDirectory() }

    private func spool(_ worker: String = "h-1-1") throws -> Spool {
        try Spool(in: folder.path, worker: worker, host: "h")
    }

    private func file(_ size: Int) -> StoredFile { .init(kind: .last, epoch: 1, size: size, sha256: "s") }

    @Test func aCheckpointIsReadBackInPiecesAndGoesWhenItIsDiscarded() throws {
        let spool = try spool()
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        let first = try spool.write(bytes, as: file(1000), of: id)
        let second = try spool.write(bytes, as: file(1000), of: id)
        #expect(first.name != second.name)
        #expect(try spool.read(first, from: 990, count: 256) == Array(bytes[990...]))
        spool.discard(first)
        #expect(throws: SpoolError.self) { try spool.read(first) }
        #expect(try spool.read(second) == bytes)
    }

    /// A limit on the size of files stands in for a full disk; it binds the whole process, hence one of its own.
    @Test func whatFindsNoRoomLeavesNothing() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryDirectory()
            let spool = try Spool(in: folder.path, worker: "h-1-1", host: "h")
            let id = AttemptID(trial: 3, attempt: 2)
            let limit = try FileSizeLimit(bytes: 500)
            let file = StoredFile(kind: .last, epoch: 1, size: 1000, sha256: "s")
            let error = #expect(throws: SpoolError.self) {
                try spool.write([UInt8](repeating: 1, count: 1000), as: file, of: id)
            }
            #expect(error?.code == FileSizeLimit.error)
            #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["lock"])
            limit.lift()
            #expect(try spool.read(spool.write([1, 2], as: file, of: id), from: 0, count: 9) == [1, 2])
        }
    }

    @Test func itIsItsOwnersAloneAndGoesWithIt() throws {
        let spool = try spool()
        #expect(throws: SpoolError.self) { try self.spool() }
        let rights = try FileManager.default.attributesOfItem(atPath: spool.path)[.posixPermissions] as? Int
        #expect(rights == 0o700)
        _ = try spool.write([1], as: file(1), of: id)
        spool.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    /// Workers of one machine that start at the same moment leave each other's spools alone.
    @Test func manyAreMadeAtOnce() async throws {
        let folder = folder
        let spools = try await withThrowingTaskGroup(of: Spool.self) { group in
            for number in 1...200 {
                group.addTask { try Spool(in: folder.path, worker: "h-\(number)-1", host: "h") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for spool in spools { #expect(throws: Never.self) { try spool.write([1], as: file(1), of: id) } }
    }

    @Test func whatADeadWorkerLeftIsRemovedAndWhatALivingOneHasIsNot() throws {
        let living = try spool("h-1-1")
        var dead: Spool? = try spool("h-2-2")
        _ = try dead!.write([1], as: file(1), of: id)
        let left = dead!.path
        dead = nil
        let next = try spool("h-3-3")
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(FileManager.default.fileExists(atPath: living.path))
        withExtendedLifetime(next) {}
    }

    /// The machine, with the spool that its actions ask for, while nobody answers: 2,000 epochs and 20 checkpoints of
    /// 1 MB cost files, not memory; and all that the coordinator needs arrives when it is back.
    @Test func theCoordinatorMayBeAwayForLong() throws {
        let spool = try spool()
        var worker = WorkerUnderTest()
        worker.begin(WorkerUnderTest.id)
        _ = worker.hear(.whoAreYou(.init()))
        var office = SpoolOffice(spool)
        let megabyte = [UInt8](repeating: 7, count: 1 << 20)
        _ = try office.perform(worker.epoch(1))
        let before = String(reflecting: worker.machine).utf8.count
        for epoch in 2...2000 {
            _ = try office.perform(worker.epoch(epoch))
            guard epoch % 100 == 0 else { continue }
            let stored = StoredFile(kind: .last, epoch: epoch, size: 1 << 20, sha256: "\(epoch)")
            let spooled = try spool.write(megabyte, as: stored, of: WorkerUnderTest.id)
            _ = try office.perform(worker.slot(.checkpoint(WorkerUnderTest.id, spooled)))
        }
        // Of all that waits the machine knows names and numbers.
        let after = String(reflecting: worker.machine).utf8.count
        #expect(after - before < 2000, "what it holds is spelled in \(after) characters, and was in \(before)")
        #expect(try spool.fileSizes().reduce(0, +) > 1 << 20, "it lies on disk; the machine holds names alone")

        var epochs: [Int] = []
        var pieces = 0
        var actions = try office.perform(worker.welcome(generation: 2))
        while !actions.isEmpty {
            var next: [WorkerAction] = []
            for message in actions.messages {
                switch message {
                case .epochFinished(let result, _):
                    epochs.append(result.epoch)
                    next += worker.hear(.epochStored(.init(id: result.id, epoch: result.epoch)))
                case .upload(let chunk):
                    pieces += 1
                    var receipt = chunk
                    receipt.offset = min(chunk.offset + Chunk.size, chunk.file.size)
                    next += worker.hear(
                        receipt.offset == chunk.file.size
                            ? .fileStored(.init(id: chunk.id, file: chunk.file)) : .received(receipt))
                default: break
                }
            }
            actions = try office.perform(next)
        }
        #expect(epochs == Array(1...2000))
        #expect(pieces == 4, "older checkpoints are not needed any more")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: spool.path).sorted() == ["lock"],
            "what is acknowledged is gone")
    }
}

extension Spool {
    fileprivate func fileSizes() throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: path).map { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            return (attributes[.size] as? Int) ?? 0
        }
    }
}

/// Performs what a worker's machine asks of its spool, as the loop does.
struct SpoolOffice {
    private let spool: Spool
    private var rows: RowSpool

    init(_ spool: Spool) {
        self.spool = spool
        rows = RowSpool(spool, mostInMemory: 0)
    }

    /// - Returns: what is sent.
    mutating func perform(_ actions: [WorkerAction]) throws -> [WorkerAction] {
        var sent: [WorkerAction] = []
        for action in actions {
            switch action {
            case .send: sent.append(action)
            case .keepRow(let row): try rows.keep([row], of: row.row.id)
            case .readRows(let id, let epochs):
                sent += rows.rows(of: id, epochs).map { .send(.epochFinished($0.row), bytes: $0.bytes) }
            case .dropRows(let id, let epoch): rows.drop(id, through: epoch)
            case .readPiece(let chunk, let count, let file):
                sent.append(
                    .send(.upload(chunk), bytes: try spool.read(file, from: chunk.offset, count: count)))
            case .discard(let file): spool.discard(file)
            default: break
            }
        }
        return sent
    }
}
