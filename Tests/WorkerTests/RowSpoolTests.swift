import Schema
import Studies
import Foundation
import TestSupport
import Testing
import Worker

@Suite struct RowSpoolTests {
    private let folder: TemporaryDirectory
    private let spool: Spool
    private let id = WorkerUnderTest.id

    init() throws {
        folder = try TemporaryDirectory()
        spool = try Spool(in: folder.path, worker: "h-1-1", host: "h")
    }

    private func epochs(_ rows: RowSpool, _ range: ClosedRange<Int>) -> [Int] {
        rows.rows(of: id, range).map(\.row.epoch)
    }

    @Test func whatIsAskedForComesBackInOrder() throws {
        var rows = RowSpool(spool, mostInMemory: 0)
        for epoch in 1...5 { try rows.keep([WorkerUnderTest.row(epoch)], of: id) }
        #expect(rows.rows(of: id, 2...4) == (2...4).map { WorkerUnderTest.row($0) })
        rows.drop(id, through: 3)
        #expect(epochs(rows, 1...9) == [4, 5])
        try rows.keep([WorkerUnderTest.row(6)], of: id)
        #expect(epochs(rows, 1...9) == [4, 5, 6])
        #expect(rows.rows(of: AttemptID(trial: 0, attempt: 2), 1...9).isEmpty)
        rows.drop(id, through: 6)
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["lock"])
    }

    /// A disk without room costs no row: they are in memory meanwhile, and come in their order.
    @Test func whatTheDiskDoesNotTakeIsKeptInMemory() throws {
        var rows = RowSpool(spool, mostInMemory: 0)
        // A folder where the file should be.
        let obstacle = "\(spool.path)/\(StudyID.none)-0-1.rows"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        for epoch in 1...8 {
            #expect(throws: SpoolError.self) { try rows.keep([WorkerUnderTest.row(epoch)], of: id) }
        }
        try FileManager.default.removeItem(atPath: obstacle)
        for epoch in 9...10 { try rows.keep([WorkerUnderTest.row(epoch)], of: id) }
        #expect(epochs(rows, 1...10) == Array(1...10))
        #expect(epochs(rows, 3...9) == Array(3...9))
        rows.drop(id, through: 7)
        #expect(epochs(rows, 1...10) == [8, 9, 10])
        rows.drop(id, through: 10)
        #expect(epochs(rows, 1...10).isEmpty)
    }

    @Test func fewRowsNeedNoFile() throws {
        var rows = RowSpool(spool, mostInMemory: 3)
        for epoch in 1...3 { try rows.keep([WorkerUnderTest.row(epoch)], of: id) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["lock"])
        #expect(epochs(rows, 1...9) == [1, 2, 3])
        try rows.keep((4...6).map { WorkerUnderTest.row($0) }, of: id)
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path).count == 2)
        try rows.keep([WorkerUnderTest.row(7)], of: id)
        #expect(epochs(rows, 2...7) == Array(2...7))
        rows.drop(id, through: 6)
        #expect(epochs(rows, 1...9) == [7])
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["lock"])
    }
}
