internal import Glibc

/// Reads the texts that every study has.
package enum StoredText {
    /// - Throws: ``StudyStoreError`` with `.noStudy` where the file is missing, or with the `errno`.
    package static func read(_ path: String, of folder: StudyFolder) throws(StudyStoreError) -> String {
        do {
            return String(decoding: try StoredBytes.read(path), as: UTF8.self)
        } catch  where error.systemError == ENOENT || error.systemError == ENOTDIR {
            throw StudyStoreError(.noStudy, path: folder.path)
        }
    }
}
