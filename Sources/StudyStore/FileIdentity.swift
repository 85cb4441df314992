internal import CPosix
internal import Glibc

/// What tells a file or a folder from every other one, whatever it is called (statx(2)).
///
/// A number alone does not: a file system gives that of a removed folder to the next one that is made.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64
    /// When it was made; 0 where the file system does not keep that.
    private let born: UInt64

    private init(_ identity: winnow_file_identity) {
        device = identity.device
        number = identity.number
        born = identity.born
    }

    /// Of an open file.
    init(of descriptor: Int32, path: String) throws(StudyStoreError) {
        var identity = winnow_file_identity()
        let code = winnow_identify(descriptor, nil, &identity)
        guard code == 0 else { throw StudyStoreError(.system(errno: code, operation: "statx"), path: path) }
        self.init(identity)
    }

    /// Of what a path leads to now.
    ///
    /// - Returns: nil where it leads nowhere.
    /// - Throws: ``StudyStoreError`` with the `errno` where that cannot be told.
    package init?(at path: String) throws(StudyStoreError) {
        var identity = winnow_file_identity()
        let code = winnow_identify(-1, path, &identity)
        if [ENOENT, ENOTDIR, ELOOP, ESTALE].contains(code) { return nil }
        guard code == 0 else { throw StudyStoreError(.system(errno: code, operation: "statx"), path: path) }
        self.init(identity)
    }
}
