internal import Files
internal import Glibc
internal import Hashing

/// A file that is replaced as a whole: a reader finds the old bytes or the new ones, also after a crash.
package enum AtomicFile {
    /// Writes `bytes` to `path`, whose folder must exist; when this returns, they have reached the disk.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`; what stood at `path` before is then as it was.
    package static func write(_ bytes: [UInt8], to path: String) throws(StudyStoreError) {
        let file = try PartialFile<StudyStoreError>(for: path)
        try file.append(bytes)
        try file.publish()
    }

    /// Writes `text` in UTF-8.
    package static func write(_ text: String, to path: String) throws(StudyStoreError) {
        try write(Array(text.utf8), to: path)
    }
}

/// A file that arrives in pieces, as opaque bytes, and takes its place only when their SHA-256 is the one announced.
///
/// What is given up, by ``discard()`` or by letting go of it, leaves nothing behind.
package final class StagedFile {
    private let path: String
    private var partial: PartialFile<StudyStoreError>?
    private let digest = SHA256Digest()
    /// How many bytes have arrived: the offset of the next piece.
    package private(set) var count = 0

    /// Begins a file that will stand at `path`, whose folder must exist.
    package init(for path: String) throws(StudyStoreError) {
        self.path = path
        partial = try PartialFile(for: path)
    }

    /// Adds the piece that starts at `offset`.
    ///
    /// - Throws: ``StudyStoreError`` with `.wrongOffset` where another piece is next, or with the `errno`.
    package func append(_ bytes: [UInt8], at offset: Int) throws(StudyStoreError) {
        guard let partial else { preconditionFailure("a file that was finished or discarded takes no more") }
        guard offset == count else {
            throw StudyStoreError(.wrongOffset(expected: count, actual: offset), path: path)
        }
        try partial.append(bytes)
        digest.update(bytes)
        count += bytes.count
    }

    /// Puts the file in its place; when this returns, it has reached the disk.
    ///
    /// - Parameter previous: another name for what stood there before; nil gives it up.
    /// - Throws: ``StudyStoreError`` with `.wrongDigest`, or with the `errno`; what stood there before is as it was.
    package func finish(sha256: String, keepingOldAt previous: String? = nil) throws(StudyStoreError) {
        guard let partial else { preconditionFailure("a file is finished once, and not after it was discarded") }
        defer { discard() }
        let actual = digest.finish()
        guard actual == sha256 else {
            throw StudyStoreError(.wrongDigest(expected: sha256, actual: actual), path: path)
        }
        try partial.publish(keepingOldAt: previous)
    }

    /// Gives the file up.
    package func discard() {
        partial = nil
    }
}

/// Reads files that are there, as bytes.
package enum StoredBytes {
    /// The whole file at `path`.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`.
    package static func read(_ path: String) throws(StudyStoreError) -> [UInt8] {
        try OpenFile(path, O_RDONLY).readAll()
    }

    /// At most `count` bytes from `offset` on; fewer only at the file's end.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`.
    package static func read(_ path: String, from offset: Int, count: Int) throws(StudyStoreError) -> [UInt8] {
        try OpenFile(path, O_RDONLY).read(from: offset, count: count)
    }
}
