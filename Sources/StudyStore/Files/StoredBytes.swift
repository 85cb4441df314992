internal import Files
internal import Glibc

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
