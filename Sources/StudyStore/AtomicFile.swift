/// A file that is replaced as a whole: a reader finds the old bytes or the new ones, also after a crash.
package enum AtomicFile {
    /// Writes `bytes` to `path`, whose folder must exist; when this returns, they have reached the disk.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`; what stood at `path` before is then as it was.
    package static func write(_ bytes: [UInt8], to path: String) throws(StudyStoreError) {
        let file = try PartialFile(for: path)
        try file.append(bytes)
        try file.publish()
    }

    /// Writes `text` in UTF-8.
    package static func write(_ text: String, to path: String) throws(StudyStoreError) {
        try write(Array(text.utf8), to: path)
    }
}
