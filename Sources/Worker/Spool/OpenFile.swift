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
