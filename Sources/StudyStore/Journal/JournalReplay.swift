internal import Schema
package import Studies
internal import Files
internal import Glibc

/// A journal as it was found on disk.
struct JournalReplay {
    /// The newest segment.
    struct Last {
        var number: Int
        /// Where its last whole record ends.
        var end: Int
        /// Bytes after it.
        var tornBytes: Int
    }

    private(set) var last: Last?
    /// The number that every record has; nil where there is none.
    private(set) var study: StudyID?
    /// What was read.
    private(set) var extent = JournalExtent()
    /// Records beyond the snapshot's extent.
    private(set) var count = 0
    /// Whether the journal begins with what the snapshot speaks of; where it does not, nothing was handed over.
    private(set) var fitsSnapshot = true
    private var snapshot: JournalExtent?

    /// Reads the segments in their order, and hands over each record.
    ///
    /// Every record's checksum is looked at, also of those that a snapshot covers.
    /// - Parameters:
    ///   - snapshot: the records of this part of the journal are known, and not handed over.
    ///   - isEnd: is given each record; no more are read after that for which it returns true.
    /// - Throws: ``StudyStoreError`` as ``Journal/open(_:segmentLimit:)`` does, or what `isEnd` throws.
    init(
        _ folder: String, after snapshot: JournalExtent? = nil,
        until isEnd: (JournalRecord) throws(StudyStoreError) -> Bool
    ) throws(StudyStoreError) {
        self.snapshot = snapshot
        let names = try JournalReplay.segments(in: folder)
        for (index, name) in names.enumerated() {
            let path = "\(folder)/\(name)"
            guard name == JournalSegment.name(index + 1) else {
                throw StudyStoreError(
                    .damaged(offset: 0, reason: "the segment before it is missing: \(JournalSegment.name(index + 1))"),
                    path: path)
            }
            if try read(path, number: index + 1, isLast: index == names.count - 1, until: isEnd) { return }
        }
        fitsSnapshot = self.snapshot == nil
    }

    /// As ``init(_:after:until:)``, to the end.
    init(
        _ folder: String, after snapshot: JournalExtent? = nil,
        _ body: (JournalRecord) throws(StudyStoreError) -> Void
    ) throws(StudyStoreError) {
        try self.init(folder, after: snapshot) { record throws(StudyStoreError) in
            try body(record)
            return false
        }
    }

    /// The names of a journal's segments, in their order.
    static func segments(in folder: String) throws(StudyStoreError) -> [String] {
        (try Folder.names(in: folder) ?? []).filter { $0.hasSuffix(JournalSegment.suffix) }
    }

    /// - Returns: whether nothing more is wanted.
    private mutating func read(
        _ path: String, number: Int, isLast: Bool, until isEnd: (JournalRecord) throws(StudyStoreError) -> Bool
    ) throws(StudyStoreError) -> Bool {
        let bytes = try OpenFile(path, O_RDONLY).readAll()
        let contents = try JournalSegment.contents(of: bytes, path: path)
        guard contents.end == bytes.count || (isLast && !contents.goesOn) else {
            let reason = contents.goesOn ? "no record, but records follow" : "no record, but later segments follow"
            throw StudyStoreError(.damaged(offset: contents.end, reason: reason), path: path)
        }
        for payload in contents.payloads {
            // Every record names the study; the first one is read for it, also where a snapshot covers it.
            if study == nil { study = try JournalReplay.record(payload, of: bytes, path: path).study }
            if let snapshot, payload.upperBound <= snapshot.sizes[number - 1] {
                extent.add(checksum: JournalSegment.checksum(of: payload, in: bytes))
                continue
            }
            guard leaveSnapshot(at: payload.lowerBound - JournalSegment.recordHeaderSize, of: number) else {
                return true
            }
            extent.add(checksum: JournalSegment.checksum(of: payload, in: bytes))
            count += 1
            let (study, record) = try JournalReplay.record(payload, of: bytes, path: path)
            guard study == self.study else {
                throw StudyStoreError(
                    .damaged(
                        offset: payload.lowerBound - JournalSegment.recordHeaderSize,
                        reason: "a record of another study"),
                    path: path)
            }
            if try isEnd(record) { return true }
        }
        extent.sizes.append(contents.end)
        if snapshot?.sizes.count == number, !leaveSnapshot(at: contents.end, of: number) { return true }
        last = Last(number: number, end: contents.end, tornBytes: bytes.count - contents.end)
        return false
    }

    /// Ends the part that the snapshot covers, when that is where it ends.
    private mutating func leaveSnapshot(at offset: Int, of number: Int) -> Bool {
        guard let snapshot else { return true }
        let isThere =
            number == snapshot.sizes.count && offset == snapshot.sizes[number - 1] && extent.chain == snapshot.chain
            && extent.sizes.prefix(number - 1) == snapshot.sizes.prefix(number - 1)
        self.snapshot = nil
        fitsSnapshot = isThere
        return isThere
    }

    /// The record whose payload stands there.
    ///
    /// - Throws: ``StudyStoreError`` with `.unknownRecord` where a newer program wrote it, else with `.damaged`.
    static func record(
        _ payload: Range<Int>, of bytes: [UInt8], path: String
    ) throws(StudyStoreError) -> (study: StudyID, record: JournalRecord) {
        let offset = payload.lowerBound - JournalSegment.recordHeaderSize
        do {
            return try JournalRecord.decode(Array(bytes[payload]))
        } catch {
            switch error {
            case .unknown(let kind): throw StudyStoreError(.unknownRecord(kind: kind, offset: offset), path: path)
            case .malformed(let reason):
                throw StudyStoreError(
                    .damaged(offset: offset, reason: "a whole record that this program cannot read: \(reason)"),
                    path: path)
            }
        }
    }
}

/// A study as the sum of its journal's records, and how it was reached.
package struct ReplayedStudy: Sendable {
    package let state: StudyState
    /// Records that no snapshot covered.
    package let replayedRecords: Int
    /// Why a snapshot that is there was not used; nil where it was, or there is none.
    package let snapshotNote: String?
    private let extent: JournalExtent

    static func replay(_ folder: StudyFolder) throws(StudyStoreError) -> (replay: JournalReplay, replayed: Self) {
        var note: String?
        do throws(StudyStoreError) {
            if let snapshot = try StudySnapshot.newest(in: folder) {
                let result = try replay(folder, after: snapshot, note: nil)
                if result.replay.fitsSnapshot { return result }
                note = "the snapshot is of another journal"
            }
        } catch {
            guard case .invalidSnapshot = error.code else { throw error }
            note = error.description
        }
        return try replay(folder, after: nil, note: note)
    }

    private static func replay(
        _ folder: StudyFolder, after snapshot: StudySnapshot?, note: String?
    ) throws(StudyStoreError) -> (replay: JournalReplay, replayed: Self) {
        var state = snapshot?.state ?? StudyState()
        let replay = try JournalReplay(folder.journalFolder, after: snapshot?.extent) {
            record throws(StudyStoreError) in
            try state.add(record, of: folder)
        }
        let replayed = ReplayedStudy(
            state: state, replayedRecords: replay.count, snapshotNote: note, extent: replay.extent)
        return (replay, replayed)
    }

    /// Whether the next start would be noticeably faster with a snapshot of this.
    package var isWorthASnapshot: Bool { replayedRecords >= 50_000 }

    /// Writes a snapshot; where that fails, the next start replays the journal, and nothing is lost.
    package func writeSnapshot(in folder: StudyFolder) {
        try? StudySnapshot(extent: extent, state: state).write(in: folder)
    }
}
