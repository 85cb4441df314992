import Experiments
import Foundation
import TestSupport
import Testing
import Worker

@Suite struct ResultSpoolTests {
    private let folder: TemporaryDirectory
    private let spool: Spool
    private let id = WorkerUnderTest.id

    init() throws {
        folder = try TemporaryDirectory()
        spool = try Spool(in: folder.path, worker: "h-1-1", host: "h")
    }

    private func epochs(_ results: ResultSpool, _ range: ClosedRange<Int>) throws -> [Int] {
        try results.results(of: id, range).map(\.epoch)
    }

    @Test func whatIsAskedForComesBackInOrder() throws {
        var results = ResultSpool(spool)
        for epoch in 1...5 { try results.keep(WorkerUnderTest.result(epoch)) }
        #expect(try results.results(of: id, 2...4) == (2...4).map { WorkerUnderTest.result($0) })
        results.drop(id, through: 3)
        #expect(try epochs(results, 1...9) == [4, 5])
        try results.keep(WorkerUnderTest.result(6))
        #expect(try epochs(results, 1...9) == [4, 5, 6])
        #expect(try results.results(of: AttemptID(trial: 0, attempt: 2), 1...9).isEmpty)
        results.drop(id, through: 6)
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["lock"])
    }

    /// A disk without room costs no result: they are in memory meanwhile, and come in their order.
    @Test func whatTheDiskDoesNotTakeIsKeptInMemory() throws {
        var results = ResultSpool(spool)
        // A folder where the file should be.
        let obstacle = "\(spool.path)/0-1.epochs"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        for epoch in 1...8 {
            #expect(throws: SpoolError.self) { try results.keep(WorkerUnderTest.result(epoch)) }
        }
        try FileManager.default.removeItem(atPath: obstacle)
        for epoch in 9...10 { try results.keep(WorkerUnderTest.result(epoch)) }
        #expect(try epochs(results, 1...10) == Array(1...10))
        #expect(try epochs(results, 3...9) == Array(3...9))
        results.drop(id, through: 7)
        #expect(try epochs(results, 1...10) == [8, 9, 10])
        results.drop(id, through: 10)
        #expect(try epochs(results, 1...10).isEmpty)
    }
}
