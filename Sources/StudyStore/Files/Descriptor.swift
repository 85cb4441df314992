internal import Glibc

/// An open file, closed when it goes. Each method is one system call, checked, and not inherited by child processes.
struct Descriptor: ~Copyable {
    let number: Int32
    let path: String

    /// - Parameters:
    ///   - flags: those of `open(2)`; close-on-exec is added.
    ///   - mode: the rights of a file that is made, before the umask.
    init(opening path: String, _ flags: Int32, mode: mode_t = 0o666) throws(StudyStoreError) {
        number = Glibc.open(path, flags | O_CLOEXEC, mode)
        self.path = path
        guard number >= 0 else { throw .system("open", path) }
    }

    deinit {
        // Every writer syncs before it lets go, so that an error here could not concern data.
        Glibc.close(number)
    }

    /// Writes all of `bytes` at `offset`.
    borrowing func write(_ bytes: [UInt8], at offset: Int) throws(StudyStoreError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(number, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            }
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw .system("pwrite", path)
            }
        }
    }

    /// The file's bytes, from its start to its end.
    borrowing func readAll() throws(StudyStoreError) -> [UInt8] {
        try read(from: 0, count: try size())
    }

    /// At most `count` bytes from `offset` on; fewer only at the file's end.
    borrowing func read(from offset: Int, count: Int) throws(StudyStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let start = offset + bytes.count
            let piece = min(count - bytes.count, Descriptor.longestRead)
            var result = 0
            let more = [UInt8](unsafeUninitializedCapacity: piece) { buffer, initialized in
                repeat {
                    result = pread(number, buffer.baseAddress, piece, off_t(start))
                } while result < 0 && errno == EINTR
                initialized = max(result, 0)
            }
            guard result >= 0 else { throw .system("pread", path) }
            // Cut by another process in the meantime: what is left is all there is.
            if result == 0 { break }
            if bytes.isEmpty { bytes = more } else { bytes += more }
        }
        return bytes
    }

    borrowing func size() throws(StudyStoreError) -> Int {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .system("fstat", path) }
        return Int(status.st_size)
    }

    borrowing func truncate(to size: Int) throws(StudyStoreError) {
        guard ftruncate(number, off_t(size)) == 0 else { throw .system("ftruncate", path) }
    }

    /// Returns when the file's bytes and its size have reached the disk.
    borrowing func synchronizeData() throws(StudyStoreError) {
        guard fdatasync(number) == 0 else { throw .system("fdatasync", path) }
    }

    /// Returns when the file, or the folder's list of names, has reached the disk.
    borrowing func synchronize() throws(StudyStoreError) {
        guard fsync(number) == 0 else { throw .system("fsync", path) }
    }

    /// Takes the file's advisory lock, which goes with the descriptor.
    /// - Returns: false where another descriptor has it.
    borrowing func lock() throws(StudyStoreError) -> Bool {
        if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw .system("flock", path) }
        return false
    }

    /// Linux reads no more than this at once.
    private static let longestRead = 0x7fff_f000
}

/// Reads files that are there, as bytes.
package enum StoredBytes {
    /// The whole file at `path`.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`.
    package static func read(_ path: String) throws(StudyStoreError) -> [UInt8] {
        try Descriptor(opening: path, O_RDONLY).readAll()
    }

    /// At most `count` bytes from `offset` on; fewer only at the file's end.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno`.
    package static func read(_ path: String, from offset: Int, count: Int) throws(StudyStoreError) -> [UInt8] {
        try Descriptor(opening: path, O_RDONLY).read(from: offset, count: count)
    }
}
