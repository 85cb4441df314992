internal import Glibc

/// What tells a file or a folder from every other one, whatever it is called (stat(2)).
package struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64

    private init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }

    /// Of an open file.
    init(of descriptor: Int32, path: String) throws(StudyStoreError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("fstat", path) }
        self.init(status)
    }

    /// Of what a path leads to now.
    ///
    /// - Returns: nil where it leads nowhere.
    /// - Throws: ``StudyStoreError`` with the `errno` where that cannot be told.
    package init?(at path: String) throws(StudyStoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if [ENOENT, ENOTDIR, ELOOP, ESTALE].contains(errno) { return nil }
            throw .system("stat", path)
        }
        self.init(status)
    }
}
