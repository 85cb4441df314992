package import Studies
internal import Files
internal import Glibc

/// What is whole of a damaged journal: the records that can be read and that follow from one another.
package struct JournalSalvage: Sendable {
    /// Bytes that are no record.
    package struct Damage: Hashable, Sendable {
        package let path: String
        package let offset: Int
        package let count: Int
    }

    package private(set) var records: [JournalRecord] = []
    /// Their sum.
    package private(set) var state = StudyState()
    package private(set) var damage: [Damage] = []
    /// Segments of which only the number is known.
    package private(set) var missingSegments: [String] = []
    /// Whole records that no longer follow from those before them, whose predecessors are lost.
    package private(set) var contradicting = 0
    /// Whole records that cannot be read.
    package private(set) var unreadable = 0

    package var isDamaged: Bool {
        !damage.isEmpty || !missingSegments.isEmpty || contradicting > 0 || unreadable > 0
    }

    /// Reads all that is there; writes nothing.
    ///
    /// - Throws: ``StudyStoreError`` with `.unknownRecord` or `.unknownVersion` where a newer program wrote the journal,
    ///   which is no damage; with the `errno`.
    package init(_ folder: StudyFolder) throws(StudyStoreError) {
        let names = try JournalReplay.segments(in: folder.journalFolder)
        var expected = 1
        for name in names {
            while expected < names.count + missingSegments.count, JournalSegment.name(expected) != name {
                missingSegments.append(JournalSegment.name(expected))
                expected += 1
            }
            expected += 1
            try read("\(folder.journalFolder)/\(name)")
        }
    }

    private mutating func read(_ path: String) throws(StudyStoreError) {
        let bytes = try OpenFile(path, O_RDONLY).readAll()
        let (payloads, damage) = JournalSegment.salvage(bytes)
        // A version that is damage has records of this one behind it.
        if payloads.isEmpty, let version = JournalSegment.otherVersion(bytes) {
            throw StudyStoreError(.unknownVersion("\(version)"), path: path)
        }
        self.damage += damage.map { Damage(path: path, offset: $0.lowerBound, count: $0.count) }
        for payload in payloads {
            do {
                try keep(JournalReplay.record(payload, of: bytes, path: path).record)
            } catch {
                guard case .damaged = error.code else { throw error }
                unreadable += 1
            }
        }
    }

    private mutating func keep(_ record: JournalRecord) {
        do {
            try state.apply(record)
            records.append(record)
        } catch {
            contradicting += 1
        }
    }

    /// Adds a record of what the salvage itself found.
    ///
    /// - Throws: ``StudyStoreError`` with `.contradiction`.
    mutating func append(_ record: JournalRecord, of folder: StudyFolder) throws(StudyStoreError) {
        try state.add(record, of: folder)
        records.append(record)
    }

    /// Puts a journal of the whole records in the place of the damaged one, which is kept beside it.
    ///
    /// Both change places in one step, so that there is a journal at every moment.
    /// - Returns: the folder of the damaged one.
    /// - Throws: ``StudyStoreError`` with the `errno`; the damaged journal is then where it was.
    func replaceJournal(of folder: StudyFolder) throws(StudyStoreError) -> String {
        let fresh = StudyFolder("\(folder.path)/journal.salvaged")
        // Left by one that was killed: perhaps the damaged journal, after both had changed places.
        if try Folder.names(in: fresh.journalFolder) != nil { _ = try JournalSalvage.keepAside(fresh, folder) }
        let journal = try Journal.open(fresh) { _ in }
        for (index, record) in records.enumerated() {
            journal.append(record)
            if index % 4_096 == 4_095 { try journal.commit() }
        }
        try journal.commit()
        try Folder.create(fresh.journalFolder)
        try Folder.exchange(fresh.journalFolder, folder.journalFolder)
        let damaged = try JournalSalvage.keepAside(fresh, folder)
        rmdir(fresh.path)
        try Folder.synchronize(folder.path)
        return damaged
    }

    /// Moves the journal in `fresh` to a name that says what it is.
    private static func keepAside(_ fresh: StudyFolder, _ folder: StudyFolder) throws(StudyStoreError) -> String {
        var damaged = "\(folder.path)/journal.damaged"
        var number = 1
        while try Folder.names(in: damaged) != nil {
            number += 1
            damaged = "\(folder.path)/journal.damaged-\(number)"
        }
        try Folder.rename(fresh.journalFolder, to: damaged)
        return damaged
    }
}
