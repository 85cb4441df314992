import Experiments
import Studies
import Hashing
import StudyStore
import TestSupport
import Testing

struct SalvageTests {
    private let directory: TemporaryDirectory
    private let folder: StudyFolder
    private let provenance = Provenance(experiment: "a", resolved: "b")

    init() throws {
        directory = try TemporaryDirectory()
        folder = StudyFolder(directory.file("study"))
        let journal = try Journal.open(folder) { _ in }
        for record in SampleStudy.records {
            journal.append(record)
        }
        try journal.commit()
    }

    private var segment: DiskFile { DiskFile("\(folder.journalFolder)/00000001.wnj") }

    /// The sample's first row, and the record that creates its first trial.
    private static let (row, creation) = (4, 1)

    /// Spoils the payload of a record.
    private func spoil(_ number: Int) throws {
        var bytes = try segment.bytes
        bytes[try ends(of: bytes)[number] - 1] ^= 0x40
        try segment.replace(with: bytes)
    }

    /// A record with these fields besides its study, whole by its checksum.
    private func record(_ fields: [UInt8]) -> [UInt8] {
        func littleEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let payload = [0x09] + Array(repeating: 0, count: 8) + fields
        return littleEndian(UInt32(payload.count)) + littleEndian(CRC32C.checksum(payload)) + payload
    }

    /// Where each record of a whole segment ends.
    private func ends(of bytes: [UInt8]) throws -> [Int] {
        var ends: [Int] = []
        var end = 16
        while end < bytes.count {
            end += 8 + (0..<4).reduce(0) { $0 | Int(bytes[end + $1]) << (8 * $1) }
            ends.append(end)
        }
        return ends
    }

    private func rebuild(salvages: Bool) throws -> StudyRebuild {
        try StudyRebuild(folder, terms: SampleStudy.terms, provenance: provenance, salvages: salvages, unix: 5)
    }

    @Test func rebuildsFromAWholeJournalAlone() throws {
        let rebuild = try rebuild(salvages: true)
        #expect(rebuild.salvage == nil && rebuild.damagedJournal == nil)
        #expect(try rebuild.state == StudyState(replaying: SampleStudy.records, of: folder))
        let expected = try StudyFile.encode(state: rebuild.state, terms: SampleStudy.terms, provenance: provenance)
        #expect(try DiskFile(folder.studyFilePath).bytes.count == expected.count)
        // The records name checkpoints that are not there.
        #expect(
            rebuild.badCheckpoints == [folder.checkpointPath(trial: 0, .best), folder.checkpointPath(trial: 0, .last)])
        #expect(try Journal.read(folder) == SampleStudy.records)
    }

    @Test func damageIsRefusedWithAHint() throws {
        try spoil(Self.row)
        let before = try segment.bytes
        let error = #expect(throws: StudyStoreError.self) { try rebuild(salvages: false) }
        #expect(error?.description.contains("winnow rebuild STUDY --salvage") == true)
        #expect(try segment.bytes == before)
    }

    @Test func keepsWhatFollowsFromWhatIsLeft() throws {
        // The first epoch of trial 0 is lost, and with it all later ones of its first two attempts.
        try spoil(Self.row)
        let damaged = try segment.bytes
        let rebuild = try rebuild(salvages: true)
        let salvage = try #require(rebuild.salvage)
        #expect(salvage.damage.count == 1 && salvage.damage[0].path == segment.path)
        #expect(salvage.contradicting > 0 && salvage.unreadable == 0)
        #expect(rebuild.state.trials[1].phase == .failed)
        #expect(rebuild.state.trials[0].history.isEmpty)
        #expect(rebuild.state.trials[0].best == nil && rebuild.state.trials[0].last == nil)

        let kept = try #require(rebuild.damagedJournal)
        #expect(try DiskFile("\(kept)/00000001.wnj").bytes == damaged)
        #expect(try StudyState(replaying: folder) == rebuild.state)
        #expect(try Journal.read(folder) == salvage.records)
        // And once more: now nothing is damaged.
        #expect(try self.rebuild(salvages: true).salvage == nil)
        #expect(try !DiskFile.all(in: folder.path).keys.contains { $0.hasPrefix("journal.salvaged") })
    }

    @Test func everyDamagedJournalIsKept() throws {
        var kept: [String] = []
        for number in [Self.row, Self.creation] {
            try spoil(number)
            let damaged = try segment.bytes
            kept.append(try #require(try rebuild(salvages: true).damagedJournal))
            #expect(try DiskFile("\(kept.last!)/00000001.wnj").bytes == damaged)
        }
        #expect(kept == ["\(folder.path)/journal.damaged", "\(folder.path)/journal.damaged-2"])
    }

    /// A salvage that was killed leaves a journal beside the other: half a new one, or the damaged one.
    @Test func whatAKilledSalvageLeftIsKeptToo() throws {
        let fresh = StudyFolder("\(folder.path)/journal.salvaged")
        let journal = try Journal.open(fresh) { _ in }
        for record in SampleStudy.records.prefix(2) { journal.append(record) }
        try journal.commit()
        let left = try DiskFile("\(fresh.journalFolder)/00000001.wnj").bytes
        try spoil(Self.row)
        let damaged = try segment.bytes
        let rebuild = try rebuild(salvages: true)
        #expect(try DiskFile("\(folder.path)/journal.damaged/00000001.wnj").bytes == left)
        #expect(rebuild.damagedJournal == "\(folder.path)/journal.damaged-2")
        #expect(try DiskFile("\(folder.path)/journal.damaged-2/00000001.wnj").bytes == damaged)
        #expect(try Journal.read(folder) == rebuild.salvage?.records)
    }

    /// Where the damage lies is said for bytes at the begin, between records and at the end.
    @Test func allDamageIsNamed() throws {
        let whole = try segment.bytes
        let first = try ends(of: whole)[0]
        var bytes = whole
        bytes[3] ^= 1
        bytes.insert(contentsOf: [1, 2, 3], at: first)
        bytes += [4, 5]
        try segment.replace(with: bytes)
        let salvage = try #require(try rebuild(salvages: true).salvage)
        #expect(salvage.damage.map(\.offset) == [0, first, whole.count + 3])
        #expect(salvage.damage.map(\.count) == [16, 3, 2])
        #expect(salvage.records.starts(with: SampleStudy.records))
    }

    /// Whole by its checksum, and no record: nothing of this program's.
    @Test func aRecordThatCannotBeReadIsCounted() throws {
        try segment.replace(with: segment.bytes + record([]))
        #expect(throws: StudyStoreError.self) { try rebuild(salvages: false) }
        let salvage = try #require(try rebuild(salvages: true).salvage)
        #expect(salvage.unreadable == 1 && salvage.damage.isEmpty && salvage.contradicting == 0)
        #expect(salvage.records.starts(with: SampleStudy.records))
    }

    @Test(arguments: SeededCases(40))
    func everySalvageIsAWholeJournal(_ testCase: SeededCase) throws {
        var random = testCase.random
        var bytes = try segment.bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        if Bool.random(using: &random) {
            bytes.removeSubrange(Int.random(in: 0..<bytes.count / 2, using: &random)..<bytes.count / 2 + 3)
        }
        try segment.replace(with: bytes)
        let rebuild = try rebuild(salvages: true)
        #expect(try StudyState(replaying: folder) == rebuild.state)
        #expect(try Journal.open(folder).journal.tornBytes == 0)
    }

    @Test func aMissingSegmentIsNamed() throws {
        let other = StudyFolder(directory.file("other"))
        let journal = try Journal.open(other, segmentLimit: 300).journal
        for record in SampleStudy.records {
            journal.append(record)
            try journal.commit()
        }
        try DiskFile.remove("\(other.journalFolder)/00000002.wnj")
        let rebuild = try StudyRebuild(
            other, terms: SampleStudy.terms, provenance: provenance, salvages: true, unix: 5)
        #expect(rebuild.salvage?.missingSegments == ["00000002.wnj"])
        #expect(try StudyState(replaying: other) == rebuild.state)
    }

    @Test func aRecordOfANewerProgramIsNoDamage() throws {
        let end = try segment.bytes.count
        try segment.replace(with: segment.bytes + record([0xC2, 0x02, 0x00]))
        let expected = StudyStoreError(.unknownRecord(kind: "field 40", offset: end), path: segment.path)
        #expect(throws: expected) { try Journal.open(folder) }
        #expect(throws: expected) { try rebuild(salvages: true) }
        #expect(throws: expected) { try rebuild(salvages: false) }
    }

    /// Nothing of it would be kept.
    @Test func aJournalOfAnOlderVersionIsNotSalvaged() throws {
        var bytes = try segment.bytes
        bytes[14] = 1
        try segment.replace(with: bytes)
        #expect(try rebuild(salvages: true).salvage?.damage.map(\.count) == [16], "its records are this version's")
        let old = bytes.prefix(16) + Array(#"\0\0\0\0{"kind":"study_created"}"#.utf8)
        try segment.replace(with: Array(old))
        let error = #expect(throws: StudyStoreError.self) { try rebuild(salvages: true) }
        #expect(error?.code == .unknownVersion("1"))
        #expect(try segment.bytes == Array(old))
    }

    @Test func aStudyAtWorkIsNotRebuilt() throws {
        let lock = try StudyLock(folder)
        let error = #expect(throws: StudyStoreError.self) { try rebuild(salvages: true) }
        guard case .locked = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
        withExtendedLifetime(lock) {}
    }
}
