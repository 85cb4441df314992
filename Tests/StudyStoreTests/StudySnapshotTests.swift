import Experiments
import Studies
import StudyStore
import TestSupport
import Testing

struct StudySnapshotTests {
    private let directory: TemporaryDirectory
    private let folder: StudyFolder

    init() throws {
        directory = try TemporaryDirectory()
        folder = StudyFolder(directory.path)
    }

    private func write(_ records: some Sequence<JournalRecord>, segmentLimit: Int = 64 << 20) throws {
        let journal = try Journal.open(folder, segmentLimit: segmentLimit) { _ in }
        for record in records {
            journal.append(record)
            try journal.commit()
        }
    }

    private func snapshot() throws -> DiskFile {
        try Journal.openStudy(folder).replayed.writeSnapshot(in: folder)
        let name = try #require(try DiskFile.all(in: folder.journalFolder).keys.first { $0.hasSuffix(".snapshot") })
        return DiskFile("\(folder.journalFolder)/\(name)")
    }

    @Test(arguments: SeededCases(60))
    func aSnapshotAnywhereChangesNothing(_ testCase: SeededCase) throws {
        var random = testCase.random
        let limit = Int.random(in: 100...4_000, using: &random)
        let count = Int.random(in: 0...SampleStudy.records.count, using: &random)
        try write(SampleStudy.records.prefix(count), segmentLimit: limit)
        if count > 0 { _ = try snapshot() }
        try write(SampleStudy.records.dropFirst(count), segmentLimit: limit)
        let replayed = try Journal.openStudy(folder).replayed
        #expect(try replayed.state == StudyState(replaying: SampleStudy.records, of: folder))
        #expect(replayed.replayedRecords == SampleStudy.records.count - count)
        #expect(replayed.snapshotNote == nil)
    }

    @Test func aSnapshotTakesThePlaceOfTheOneBefore() throws {
        let half = SampleStudy.records.count / 2
        try write(SampleStudy.records.prefix(half), segmentLimit: 200)
        let first = try snapshot()
        try write(SampleStudy.records.dropFirst(half), segmentLimit: 200)
        try Journal.openStudy(folder).replayed.writeSnapshot(in: folder)
        let left = try DiskFile.all(in: folder.journalFolder).keys.filter { $0.hasSuffix(".snapshot") }
        #expect(left.count == 1 && !left.contains { first.path.hasSuffix($0) }, "\(first.path), \(left)")
        #expect(try Journal.openStudy(folder).replayed.replayedRecords == 0)
    }

    @Test func rowsSurviveBitForBit() throws {
        var result = Row(
            id: AttemptID(trial: 0, attempt: 1), epoch: 1, metrics: [:], learningRate: -0.0,
            elapsedSeconds: .leastNonzeroMagnitude)
        let start = SampleStudy.records.prefix(4)
        var rows: [JournalRecord] = []
        for metrics in [[:], ["a": 0.1, "b": .infinity], ["b": -.infinity], ["a": 1 / 3, "b": 0], [:]]
            as [[String: Double]]
        {
            result.named = metrics
            result.epoch = rows.count + 1
            rows.append(.epochFinished(result))
        }
        try write(start + rows)
        _ = try snapshot()
        let replayed = try Journal.openStudy(folder).replayed
        #expect(replayed.replayedRecords == 0)
        #expect(try replayed.state == StudyState(replaying: start + rows, of: folder))
        #expect(replayed.state.trials[0].history[0].learningRate.sign == .minus)
    }

    @Test func everyFlippedBitIsFoundAndTheJournalReplayed() throws {
        try write(SampleStudy.records)
        let file = try snapshot()
        let whole = try file.bytes
        for position in whole.indices {
            var bytes = whole
            bytes[position] ^= 1 << UInt8(position % 8)
            try file.replace(with: bytes)
            let replayed = try Journal.openStudy(folder).replayed
            try #require(replayed.snapshotNote != nil, "byte \(position)")
            try #require(replayed.replayedRecords == SampleStudy.records.count)
        }
        try file.replace(with: Array(whole.prefix(whole.count / 2)))
        #expect(try Journal.openStudy(folder).replayed.replayedRecords == SampleStudy.records.count)
    }

    @Test func aSnapshotOfAnotherJournalIsIgnored() throws {
        try write(SampleStudy.records)
        let bytes = try snapshot().bytes
        try DiskFile.remove("\(folder.journalFolder)/00000001.wnj")
        try write(
            SampleStudy.records.map { record in
                guard case .epochFinished(var result) = record else { return record }
                result.learningRate = 0.002
                return .epochFinished(result)
            })
        try DiskFile("\(folder.journalFolder)/00000001.snapshot").replace(with: bytes)
        let replayed = try Journal.openStudy(folder).replayed
        #expect(replayed.snapshotNote == "the snapshot is of another journal")
        #expect(replayed.state.trials[0].history[0].learningRate == 0.002)
    }

    @Test func damageInACoveredSegmentIsFoundNevertheless() throws {
        try write(SampleStudy.records)
        _ = try snapshot()
        let segment = DiskFile("\(folder.journalFolder)/00000001.wnj")
        var bytes = try segment.bytes
        bytes[30] ^= 1
        try segment.replace(with: bytes)
        let error = #expect(throws: StudyStoreError.self) { try Journal.openStudy(folder) }
        guard case .damaged(offset: 16, _) = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
