internal import CPosix
internal import Glibc

/// Makes, lists, renames and removes the entries of folders.
package enum Folder<Failure: SystemCallError> {
    // MARK: Folders

    /// Makes the folder and those above it where they are missing.
    ///
    /// - Parameters:
    ///   - mode: the rights of each that is made, before the umask.
    ///   - durably: whether each is entered in the one above before this returns.
    package static func create(_ path: String, mode: UInt32 = 0o777, durably: Bool = true) throws(Failure) {
        if mkdir(path, mode) == 0 {
            if durably { try synchronize(parent(of: path)) }
            return
        }
        let code = errno
        // The folder may be there in one in which nobody may make any.
        if isFolder(path) { return }
        guard code == ENOENT, !isFolder(parent(of: path)) else { throw Failure(failed: "mkdir", at: path, code: code) }
        try create(parent(of: path), mode: mode, durably: durably)
        try create(path, mode: mode, durably: durably)
    }

    /// Returns when the folder's list of names has reached the disk.
    package static func synchronize(_ path: String) throws(Failure) {
        try OpenFile<Failure>(path, O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// The names in the folder, sorted by their bytes; nil where there is no such folder.
    package static func names(in path: String) throws(Failure) -> [String]? {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure(failed: "opendir", at: path, code: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        // The end and an error look the same but for `errno`.
        errno = 0
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw Failure(failed: "readdir", at: path, code: errno) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The folder in which `path` lies.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    // MARK: Entries

    /// Bytes of the regular file at `path`; nil where there is none.
    package static func size(ofFile path: String) -> Int? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// What `path` leads to now; nil where it leads nowhere.
    package static func identity(of path: String) throws(Failure) -> FileIdentity? {
        var found = winnow_file_identity()
        let code = winnow_identify(-1, path, &found)
        if [ENOENT, ENOTDIR, ELOOP, ESTALE].contains(code) { return nil }
        guard code == 0 else { throw Failure(failed: "statx", at: path, code: code) }
        return FileIdentity(found)
    }

    /// Removes a file; one that is not there is as good.
    package static func remove(_ path: String) throws(Failure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw Failure(failed: "unlink", at: path, code: errno) }
    }

    /// Gives a file another name, in place of what has that name.
    package static func rename(_ path: String, to target: String) throws(Failure) {
        guard Glibc.rename(path, target) == 0 else { throw Failure(failed: "rename", at: target, code: errno) }
    }

    /// Gives what stands at `path` a second name, so that it outlives its replacement.
    package static func keep(_ path: String, at second: String) throws(Failure) {
        try remove(second)
        // Where a file system knows no second names, there is none for a moment, which the next start mends.
        guard link(path, second) == 0 || Glibc.rename(path, second) == 0 || errno == ENOENT else {
            throw Failure(failed: "rename", at: second, code: errno)
        }
    }

    /// Lets two names change places, in one step where the file system can.
    package static func exchange(_ one: String, _ other: String) throws(Failure) {
        if winnow_exchange(one, other) == 0 { return }
        let aside = "\(one).aside"
        try rename(other, to: aside)
        try rename(one, to: other)
        try rename(aside, to: one)
    }

    /// Removes a file, or a folder with all that is in it; what cannot be removed stays.
    package static func removeTree(_ path: String) {
        if unlink(path) == 0 { return }
        removeContents(of: path)
        rmdir(path)
    }

    /// Removes all that is in a folder; what cannot be removed stays.
    package static func removeContents(of path: String) {
        // Who owns a folder may have taken the right to change it from themselves.
        chmod(path, 0o700)
        for name in (try? names(in: path)) ?? [] { removeTree("\(path)/\(name)") }
    }

    /// Removes a folder and the files in it, but no folders; what cannot be removed stays.
    package static func removeWithFiles(_ path: String) {
        for name in (try? names(in: path)) ?? [] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}
