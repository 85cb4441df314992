internal import CPosix
internal import Glibc

/// What is done with folders: making them so that they outlive a crash, and listing them.
enum Folder {
    /// Makes the folder and those above it where they are missing.
    ///
    /// - Parameter durably: whether each is entered in the one above before this returns.
    static func create(_ path: String, durably: Bool = true) throws(StudyStoreError) {
        if mkdir(path, 0o777) == 0 {
            if durably { try synchronize(parent(of: path)) }
        } else if errno == ENOENT, !isFolder(parent(of: path)) {
            try create(parent(of: path), durably: durably)
            try create(path, durably: durably)
        } else if errno != EEXIST || !isFolder(path) {
            throw .system("mkdir", path)
        }
    }

    /// Returns when the folder's list of names has reached the disk.
    static func synchronize(_ path: String) throws(StudyStoreError) {
        try Descriptor(opening: path, O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// Removes a file; one that is not there is as good.
    static func remove(_ path: String) throws(StudyStoreError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("unlink", path) }
    }

    /// The names in the folder, sorted by their bytes; nil where there is no such folder.
    static func names(in path: String) throws(StudyStoreError) -> [String]? {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system("opendir", path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func isFolder(_ path: String) -> Bool {
        // `mkdir` left its own errno, which must stand if this is no folder.
        let reason = errno
        defer { errno = reason }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

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
