internal import Hashing
internal import Schema
package import Studies
internal import Files
internal import Glibc

/// The truth about a study: its records in the order in which they happened, in append-only segments.
///
/// Records are appended to a buffer, and become durable in groups: what ``commit()`` has returned for may be
/// acknowledged. One thread writes, and it holds the ``StudyLock``.
package final class Journal {
    private let study: StudyFolder
    private var folder: String { study.journalFolder }
    private let segmentLimit: Int
    /// The segment that grows, with its durable size; nil until the first commit of a new journal.
    private var segment: Segment?
    private var pending: [UInt8] = []
    /// The number of the study, which every record has; known from the first one on.
    private var id: StudyID?
    /// How many bytes of a record that was never whole were cut off when the journal was opened.
    package let tornBytes: Int

    private final class Segment {
        let number: Int
        let file: OpenFile
        var size: Int
        /// A write failed here, and the bytes after `size` may be anything.
        var hasTail = false

        init(number: Int, size: Int, of study: StudyFolder) throws(StudyStoreError) {
            self.number = number
            self.size = size
            let name = JournalSegment.name(number)
            file = try OpenFile("\(study.journalFolder)/\(name)", O_WRONLY)
            // A journal that is removed takes the study with it, though its folder stays.
            try study.held?.remember(file, as: "\(StudyFolder.journalName)/\(name)")
        }
    }

    private init(_ study: StudyFolder, _ id: StudyID?, segmentLimit: Int, segment: Segment?, tornBytes: Int) {
        self.study = study
        self.id = id
        self.segmentLimit = segmentLimit
        self.segment = segment
        self.tornBytes = tornBytes
    }

    /// Opens the journal of a study for writing, and hands over its records, one after the other.
    ///
    /// A torn record at the very end, which was never acknowledged, is cut off. Where nothing is torn nothing is
    /// written; a journal that does not exist is made by its first commit.
    /// - Parameter segmentLimit: bytes after which a new segment is begun.
    /// - Throws: ``StudyStoreError`` where a whole record follows bytes that are none, or an earlier segment does not
    ///   end with a whole record: there the journal is damaged, and acknowledged records would be lost by going on;
    ///   `.unknownRecord` where a newer program wrote it.
    package static func open(
        _ folder: StudyFolder, segmentLimit: Int = 64 << 20,
        replay body: (JournalRecord) throws(StudyStoreError) -> Void
    ) throws(StudyStoreError) -> Journal {
        try Journal(folder, JournalReplay(folder.journalFolder, body), segmentLimit: segmentLimit)
    }

    /// Opens the journal of a study for writing, with the sum of its records: those that the newest snapshot covers are
    /// not decoded again.
    ///
    /// - Throws: as ``open(_:segmentLimit:replay:)`` does, or with `.contradiction`.
    package static func openStudy(
        _ folder: StudyFolder, segmentLimit: Int = 64 << 20
    ) throws(StudyStoreError) -> (journal: Journal, replayed: ReplayedStudy) {
        let (replay, replayed) = try ReplayedStudy.replay(folder)
        return (try Journal(folder, replay, segmentLimit: segmentLimit), replayed)
    }

    private convenience init(
        _ folder: StudyFolder, _ replay: JournalReplay, segmentLimit: Int
    ) throws(StudyStoreError) {
        var segment: Segment?
        if let last = replay.last {
            let opened = try Segment(number: last.number, size: last.end, of: folder)
            if last.tornBytes > 0 {
                try opened.file.truncate(to: last.end)
                try opened.file.synchronize()
            }
            segment = opened
        }
        self.init(
            folder, replay.study, segmentLimit: segmentLimit, segment: segment, tornBytes: replay.last?.tornBytes ?? 0)
    }

    /// As ``open(_:segmentLimit:replay:)``, with all records at once.
    package static func open(
        _ folder: StudyFolder, segmentLimit: Int = 64 << 20
    ) throws(StudyStoreError) -> (journal: Journal, records: [JournalRecord]) {
        var records: [JournalRecord] = []
        let journal = try open(folder, segmentLimit: segmentLimit) { records.append($0) }
        return (journal, records)
    }

    /// The records that are on disk, for those who only look: takes no lock, writes nothing, and ignores a torn tail,
    /// since a coordinator may be writing at this moment.
    ///
    /// - Throws: as ``open(_:segmentLimit:)`` does.
    package static func read(_ folder: StudyFolder) throws(StudyStoreError) -> [JournalRecord] {
        var records: [JournalRecord] = []
        _ = try JournalReplay(folder.journalFolder) { records.append($0) }
        return records
    }

    /// The same, one after the other.
    package static func read(
        _ folder: StudyFolder, _ body: (JournalRecord) throws(StudyStoreError) -> Void
    ) throws(StudyStoreError) {
        _ = try JournalReplay(folder.journalFolder, body)
    }

    /// What the study was made as, without reading further than that; nil where there is no such record.
    ///
    /// - Throws: as ``open(_:segmentLimit:)`` does, for what is read.
    package static func readCreation(_ folder: StudyFolder) throws(StudyStoreError) -> JournalRecord.StudyCreated? {
        var created: JournalRecord.StudyCreated?
        _ = try JournalReplay(
            folder.journalFolder,
            until: { record in
                if case .studyCreated(let body) = record { created = body }
                return created != nil
            })
        return created
    }

    /// Adds a record to those that the next ``commit()`` makes durable.
    ///
    /// - Parameter encoded: its bytes, where they are known: as a worker sent them, and after they were checked.
    package func append(_ record: JournalRecord, encoded: [UInt8] = []) {
        if id == nil {
            id = if case .studyCreated(let created) = record { created.id } else { StudyID.none }
        }
        JournalSegment.append(encoded.isEmpty ? record.encoded(of: id ?? .none) : encoded, to: &pending)
    }

    /// Whether there is anything for ``commit()`` to do.
    package var hasPending: Bool { !pending.isEmpty }

    /// Makes all appended records durable, with one write and one `fdatasync`.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`. The file is then cut back to its last durable record, and the
    ///   records stay appended, so that a later commit tries them again. With `.folderReplaced` where the study's folder
    ///   or the journal in it is another by now.
    package func commit() throws(StudyStoreError) {
        guard !pending.isEmpty else { return }
        try study.check()
        let segment = try segmentForPending()
        do {
            if segment.hasTail { try segment.file.truncate(to: segment.size) }
            segment.hasTail = true
            try segment.file.write(pending, at: segment.size)
            try segment.file.synchronizeData()
        } catch {
            // Where the cut fails too, the next commit or the next start makes it.
            if (try? segment.file.truncate(to: segment.size)) != nil { segment.hasTail = false }
            throw error
        }
        segment.hasTail = false
        segment.size += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    /// The segment that takes the pending records: the newest, or one more where that is full.
    private func segmentForPending() throws(StudyStoreError) -> Segment {
        if let segment,
            segment.hasTail || segment.size == JournalSegment.header.count
                || segment.size + pending.count <= segmentLimit
        {
            return segment
        }
        try Folder.create(folder)
        let number = (segment?.number ?? 0) + 1
        let path = "\(folder)/\(JournalSegment.name(number))"
        try AtomicFile.write(JournalSegment.header, to: path)
        let made = try Segment(number: number, size: JournalSegment.header.count, of: study)
        segment = made
        return made
    }
}

/// How much of a journal something speaks of: so many bytes of each of its first segments, and what stood there.
struct JournalExtent: Hashable, Sendable, Codable {
    /// Bytes of each segment, the first one's first, up to the end of a record.
    var sizes: [Int] = []
    /// The checksum of all records' checksums, in their order.
    var chain: UInt32 = 0

    mutating func add(checksum: UInt32) {
        let words = UInt64(chain) | UInt64(checksum) << 32
        chain = withUnsafeBytes(of: words.littleEndian) { CRC32C.checksum($0) }
    }
}
