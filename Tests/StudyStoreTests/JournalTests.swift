import Studies
import StudyStore
import TestSupport
import Testing

struct JournalTests {
    private let directory: TemporaryDirectory
    private let folder: StudyFolder

    init() throws {
        directory = try TemporaryDirectory()
        folder = StudyFolder(directory.path)
    }

    @Test func replaysWhatWasCommitted() throws {
        var journal = try Journal.open(folder).journal
        for record in SampleStudy.records.prefix(5) { journal.append(record) }
        try journal.commit()

        let (again, records) = try Journal.open(folder)
        #expect(records == Array(SampleStudy.records.prefix(5)))
        journal = again
        for record in SampleStudy.records.dropFirst(5) { journal.append(record) }
        #expect(try Journal.read(folder) == records)
        try journal.commit()
        #expect(try Journal.read(folder) == SampleStudy.records)
    }

    @Test func openingAndCommittingNothingWritesNothing() throws {
        let journal = try Journal.open(folder).journal
        try journal.commit()
        #expect(try DiskFile.all(in: directory.path).isEmpty)

        try write(SampleStudy.records)
        let before = try DiskFile.all(in: directory.path)
        let modified = try segment(1).modified
        let reopened = try Journal.open(folder)
        try reopened.journal.commit()
        _ = try Journal.read(folder)
        #expect(reopened.journal.tornBytes == 0)
        #expect(try DiskFile.all(in: directory.path) == before)
        #expect(try segment(1).modified == modified)
    }

    @Test func cutsTornTailAtLastWholeRecord() throws {
        let records = Array(SampleStudy.records.prefix(4))
        let ends = try write(records)
        let whole = try segment(1).bytes
        for length in ends[2]..<ends[3] {
            try segment(1).replace(with: Array(whole.prefix(length)))
            try #require(Journal.read(folder) == Array(records.prefix(3)))
            try #require(segment(1).bytes.count == length, "reading cut the file")

            let (journal, replayed) = try Journal.open(folder)
            try #require(replayed == Array(records.prefix(3)))
            try #require(journal.tornBytes == length - ends[2])
            try #require(segment(1).bytes == Array(whole.prefix(ends[2])))

            journal.append(records[3])
            try journal.commit()
            try #require(segment(1).bytes == whole)
        }
    }

    @Test func cutsTailOfZerosAndOfNoise() throws {
        try write(SampleStudy.records)
        let whole = try segment(1).bytes
        for tail in [[UInt8](repeating: 0, count: 4096), Array("{\"kind\":\"epoch".utf8)] {
            try segment(1).replace(with: whole + tail)
            let (journal, records) = try Journal.open(folder)
            #expect(records == SampleStudy.records)
            #expect(journal.tornBytes == tail.count)
            #expect(try segment(1).bytes == whole)
        }
    }

    @Test func refusesEveryFlippedBitBeforeTheLastRecord() throws {
        let ends = try write(Array(SampleStudy.records.prefix(3)))
        let whole = try segment(1).bytes
        for position in 0..<ends[1] {
            let start = ([16] + ends).last { $0 <= position } ?? 0
            for bit in 0..<8 {
                var bytes = whole
                bytes[position] ^= 1 << bit
                try segment(1).replace(with: bytes)
                let error = try #require(throws: StudyStoreError.self) { try Journal.open(folder) }
                try #require(error.path == segment(1).path)
                switch error.code {
                case .damaged(let offset, _): try #require(offset == start, "bit \(bit) of byte \(position)")
                case .unknownVersion: try #require(14..<16 ~= position)
                default: Issue.record("bit \(bit) of byte \(position): \(error)")
                }
                try #require(segment(1).bytes == bytes, "a refused journal was changed")
            }
        }
    }

    @Test func beginsNewSegmentsAndReplaysThemInOrder() throws {
        let journal = try Journal.open(folder, segmentLimit: 300).journal
        for record in SampleStudy.records {
            journal.append(record)
            try journal.commit()
        }
        #expect(try DiskFile.all(in: folder.journalFolder).count > 3)
        let (reopened, records) = try Journal.open(folder, segmentLimit: 300)
        #expect(records == SampleStudy.records)
        reopened.append(SampleStudy.stored(0, attempt: 1, .last, epoch: 9))
        try reopened.commit()
        #expect(try Journal.read(folder).count == records.count + 1)
    }

    @Test func refusesTornOrMissingEarlierSegment() throws {
        let journal = try Journal.open(folder, segmentLimit: 300).journal
        for record in SampleStudy.records {
            journal.append(record)
            try journal.commit()
        }
        let first = try segment(1).bytes
        try segment(1).replace(with: first.dropLast())
        var error = #expect(throws: StudyStoreError.self) { try Journal.open(folder) }
        #expect(error?.path == segment(1).path)

        try segment(1).replace(with: first)
        try DiskFile.remove(segment(2).path)
        error = #expect(throws: StudyStoreError.self) { try Journal.open(folder) }
        #expect(error?.description.contains("00000002.wnj") == true)
    }

    @Test func namesTheVersionItDoesNotKnow() throws {
        try write(SampleStudy.records)
        var bytes = try segment(1).bytes
        bytes[14] = 3
        try segment(1).replace(with: bytes)
        #expect(throws: StudyStoreError(.unknownVersion("3"), path: segment(1).path)) { try Journal.open(folder) }
    }

    /// A limit on the size of files stands in for a full disk; it binds the whole process, hence one of its own.
    @Test func failedWriteLeavesWholeRecordsAndCanBeRepeated() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let folder = StudyFolder(directory.path)
            let journal = try Journal.open(folder).journal
            journal.append(SampleStudy.records[0])
            try journal.commit()
            let file = DiskFile("\(folder.journalFolder)/00000001.wnj")
            let before = try file.bytes

            for record in SampleStudy.records.dropFirst() { journal.append(record) }
            let limit = try FileSizeLimit(bytes: before.count + 50)
            let error = #expect(throws: StudyStoreError.self) { try journal.commit() }
            #expect(error?.systemError == FileSizeLimit.error)
            #expect(try file.bytes == before)
            #expect(journal.hasPending)

            limit.lift()
            try journal.commit()
            #expect(try Journal.read(folder) == SampleStudy.records)
        }
    }

    @Test func appendsFourThousandRecordsQuickly() throws {
        let journal = try Journal.open(folder).journal
        var clock = ProcessorClock()
        for trial in 0..<4_000 {
            journal.append(SampleStudy.epoch(trial, attempt: 1, 1, loss: 0.123456789))
            if trial % 64 == 63 { try journal.commit() }
        }
        try journal.commit()
        let written = clock.lap()
        #expect(try Journal.read(folder).count == 4_000)
        print("journal: 4,000 records appended and committed in \(written) s, replayed in \(clock.lap()) s of CPU")
        #expect(written < 0.5)
    }

    private func segment(_ number: Int) -> DiskFile {
        DiskFile("\(folder.journalFolder)/0000000\(number).wnj")
    }

    /// Writes a journal; returns where each record ends.
    @discardableResult
    private func write(_ records: [JournalRecord]) throws -> [Int] {
        let journal = try Journal.open(folder).journal
        var ends: [Int] = []
        for record in records {
            journal.append(record)
            try journal.commit()
            ends.append(try segment(1).bytes.count)
        }
        return ends
    }
}
