import Glibc

/// Folders as a worker makes, lists and removes them.
enum FileTree {
    /// Makes the folder and those above it where they are missing.
    static func create(_ path: String, mode: mode_t = 0o777) throws(SpoolError) {
        if mkdir(path, mode) == 0 || isFolder(path) { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .system("mkdir", path)
        }
        try create(String(path[..<slash]), mode: mode)
        guard mkdir(path, mode) == 0 || isFolder(path) else { throw .system("mkdir", path) }
    }

    /// The names in a folder; none where it cannot be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a folder and the files in it; what cannot be removed stays.
    static func remove(flat path: String) {
        for name in names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Bytes; nil where there is no such file.
    static func size(_ path: String) -> Int? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Whether there is a folder; leaves `errno` as it was.
    static func isFolder(_ path: String) -> Bool {
        let reason = errno
        defer { errno = reason }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

extension FileTree {
    /// Removes a file, or a folder with all that is in it; what cannot be removed stays.
    static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
