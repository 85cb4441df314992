import Glibc
import StudyStore

/// Finds out whether a disk that was full has room again.
enum RoomProbe {
    /// Reserves so many bytes in the folder, and gives them back.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`.
    static func check(_ bytes: Int, in folder: StudyFolder) throws(StudyStoreError) {
        // The ending is that of the files which a study's next lock removes.
        let path = "\(folder.path)/.room.part"
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StudyStoreError(.system(errno: errno, operation: "open"), path: path) }
        defer {
            close(file)
            unlink(path)
        }
        let code = posix_fallocate(file, 0, off_t(bytes))
        guard code == 0 else { throw StudyStoreError(.system(errno: code, operation: "posix_fallocate"), path: path) }
    }
}
