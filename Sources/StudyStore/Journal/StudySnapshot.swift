internal import Hashing
internal import Files
internal import Glibc
internal import Schema
internal import Studies

/// A study's state at some point of its journal, so that the records up to there need not be decoded again.
///
///     "winnow-snapshot" | version UInt8 | CRC-32C of all that follows UInt32 | a `Snapshot` of `snapshot.proto`
///
/// Numbers are little-endian.
struct StudySnapshot {
    var extent: JournalExtent
    var state: StudyState

    private static let magic = Array("winnow-snapshot".utf8) + [2]
    private static let headSize = magic.count + 4
    private static let suffix = ".snapshot"

    init(extent: JournalExtent, state: StudyState) {
        self.extent = extent
        self.state = state
    }

    /// - Returns: nil where there is none.
    /// - Throws: ``StudyStoreError`` with `.invalidSnapshot` where it is damaged or another version's; it is then of no
    ///   use, and the journal has all that it holds.
    static func newest(in folder: StudyFolder) throws(StudyStoreError) -> StudySnapshot? {
        guard let name = try Folder.names(in: folder.journalFolder)?.last(where: { $0.hasSuffix(suffix) }) else {
            return nil
        }
        let path = "\(folder.journalFolder)/\(name)"
        do {
            return try StudySnapshot(StoredBytes.read(path))
        } catch {
            throw StudyStoreError(.invalidSnapshot("\(error)"), path: path)
        }
    }

    /// Puts the snapshot into the journal's folder, and removes those before it.
    func write(in folder: StudyFolder) throws(StudyStoreError) {
        try folder.check()
        let name = JournalSegment.name(extent.sizes.count).dropLast(JournalSegment.suffix.count) + StudySnapshot.suffix
        try AtomicFile.write(encoded, to: "\(folder.journalFolder)/\(name)")
        for old in try Folder.names(in: folder.journalFolder) ?? []
        where old.hasSuffix(StudySnapshot.suffix) && old != name {
            try Folder.remove("\(folder.journalFolder)/\(old)")
        }
    }

    private var encoded: [UInt8] {
        let body = SnapshotContents(sizes: extent.sizes, chain: extent.chain, state: state).encoded
        return StudySnapshot.magic + CRC32C.checksum(body).littleEndianBytes + body
    }

    private init(_ bytes: [UInt8]) throws {
        guard bytes.count >= StudySnapshot.headSize, bytes.starts(with: StudySnapshot.magic) else {
            throw SnapshotMismatch(description: "not a snapshot of this version")
        }
        let body = Array(bytes[StudySnapshot.headSize...])
        guard JournalSegment.number(at: StudySnapshot.magic.count, in: bytes) == CRC32C.checksum(body) else {
            throw SnapshotMismatch(description: "its checksum is another")
        }
        let contents: SnapshotContents
        do throws(RecordError) {
            contents = try SnapshotContents(decoding: body)
        } catch {
            throw SnapshotMismatch(description: "\(error)")
        }
        guard !contents.sizes.isEmpty else { throw SnapshotMismatch(description: "it covers nothing") }
        self.init(extent: JournalExtent(sizes: contents.sizes, chain: contents.chain), state: contents.state)
    }
}

/// Why a snapshot is of no use.
struct SnapshotMismatch: Error, CustomStringConvertible {
    let description: String
}
