import Glibc
import StudyStore

/// Finds out whether a disk that was in trouble takes files again.
enum RoomProbe {
    /// Reserves so many bytes where a file could not be written, and gives them back.
    ///
    /// - Parameters:
    ///   - path: of that file; where its folder is missing, the one above it is tried, in which it is to be made.
    ///   - folder: the study's, beyond which nothing is tried.
    /// - Throws: ``StudyStoreError`` with the `errno`.
    static func check(_ bytes: Int, beside path: String, in folder: StudyFolder) throws(StudyStoreError) {
        var names = path.hasPrefix("\(folder.path)/") ? path.dropFirst(folder.path.count).split(separator: "/") : []
        while true {
            _ = names.popLast()
            // The ending is that of the files which a study's next lock removes.
            let place = ([folder.root] + names.map(String.init) + [".room.part"]).joined(separator: "/")
            do throws(StudyStoreError) {
                return try reserve(bytes, at: place)
            } catch {
                guard error.systemError == ENOENT, !names.isEmpty else { throw error }
            }
        }
    }

    private static func reserve(_ bytes: Int, at path: String) throws(StudyStoreError) {
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
