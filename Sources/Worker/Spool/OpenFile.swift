import Glibc

/// An open file of this worker's own, closed when it goes; not inherited by child processes.
struct OpenFile: ~Copyable {
    let number: Int32
    let path: String

    /// - Parameters:
    ///   - flags: those of `open(2)`; close-on-exec is added.
    ///   - mode: the rights of a file that is made, before the umask: its owner's alone where nobody says otherwise.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SpoolError) {
        number = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        self.path = path
        guard number >= 0 else { throw .system("open", path) }
    }

    deinit { close(number) }

    borrowing func write(_ bytes: [UInt8], at offset: Int) throws(SpoolError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(number, $0.baseAddress! + done, bytes.count - done, off_t(offset + done))
            }
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw .system("pwrite", path)
            }
        }
    }

    /// At most `count` bytes from `offset` on; fewer only at the file's end.
    borrowing func read(from offset: Int, count: Int) throws(SpoolError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let more = pread(number, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if more < 0, errno == EINTR { continue }
                failed = more < 0
                if more <= 0 { break }
                filled += more
            }
        }
        guard !failed else { throw .system("pread", path) }
        return bytes
    }

    borrowing func size() throws(SpoolError) -> Int {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .system("fstat", path) }
        return Int(status.st_size)
    }

    borrowing func truncate(to size: Int) throws(SpoolError) {
        guard ftruncate(number, off_t(size)) == 0 else { throw .system("ftruncate", path) }
    }

    /// Returns when the file, or the folder's list of names, has reached the disk.
    borrowing func synchronize() throws(SpoolError) {
        guard fsync(number) == 0 else { throw .system("fsync", path) }
    }

    /// Takes the file's advisory lock, which goes with the descriptor.
    ///
    /// - Parameter isShared: whether others may have it so at the same time.
    /// - Returns: false where another descriptor has it.
    borrowing func lock(isShared: Bool = false) throws(SpoolError) -> Bool {
        if flock(number, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw .system("flock", path) }
        return false
    }
}

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
