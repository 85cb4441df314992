internal import CPosix
internal import Glibc

/// An error that a failed system call becomes: each target that works on files has its own, with its own words.
package protocol SystemCallError: Error {
    /// - Parameters:
    ///   - operation: the name of the system call.
    ///   - path: the file or folder that it concerned.
    ///   - code: the `errno` that it left.
    init(failed operation: String, at path: String, code: Int32)
}

/// An open file or folder, closed when it goes. Each method is one system call, checked, and child processes do not inherit
/// the descriptor.
package struct OpenFile<Failure: SystemCallError>: ~Copyable, Sendable {
    package let descriptor: Int32
    package let path: String

    /// - Parameters:
    ///   - flags: those of `open(2)`; close-on-exec is added.
    ///   - mode: the rights of a file that is made, before the umask.
    package init(_ path: String, _ flags: Int32, mode: UInt32 = 0o666) throws(Failure) {
        descriptor = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure(failed: "open", at: path, code: errno) }
        self.path = path
    }

    deinit {
        // Every writer synchronises before it lets go, so an error here could not concern data.
        close(descriptor)
    }

    // MARK: Bytes

    /// Writes all of `bytes` at `offset`.
    package borrowing func write(_ bytes: [UInt8], at offset: Int) throws(Failure) {
        let code = bytes.withUnsafeBytes { Self.write($0, to: descriptor, at: offset) }
        guard code == 0 else { throw Failure(failed: "pwrite", at: path, code: code) }
    }

    package borrowing func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Failure) {
        let code = Self.write(bytes, to: descriptor, at: offset)
        guard code == 0 else { throw Failure(failed: "pwrite", at: path, code: code) }
    }

    /// - Returns: 0, or the `errno`.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : ENOSPC }
            done += count
        }
        return 0
    }

    /// The file's bytes, from its start to its end.
    package borrowing func readAll() throws(Failure) -> [UInt8] { try read(from: 0, count: size()) }

    /// At most `count` bytes from `offset` on; fewer only at the file's end.
    package borrowing func read(from offset: Int, count: Int) throws(Failure) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let more = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if more < 0, errno == EINTR { continue }
                if more < 0 { code = errno }
                // Another process may have cut the file meanwhile: what is left is all there is.
                guard more > 0 else { break }
                filled += more
            }
        }
        guard code == 0 else { throw Failure(failed: "pread", at: path, code: code) }
        return bytes
    }

    package borrowing func size() throws(Failure) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(failed: "fstat", at: path, code: errno) }
        return Int(status.st_size)
    }

    package borrowing func truncate(to size: Int) throws(Failure) {
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw Failure(failed: "ftruncate", at: path, code: errno)
        }
    }

    /// Reserves room for the first `count` bytes (posix_fallocate(3)).
    package borrowing func reserve(_ count: Int) throws(Failure) {
        let code = posix_fallocate(descriptor, 0, off_t(count))
        guard code == 0 else { throw Failure(failed: "posix_fallocate", at: path, code: code) }
    }

    // MARK: Durability

    /// Returns when the file's bytes and its size have reached the disk.
    package borrowing func synchronizeData() throws(Failure) {
        guard fdatasync(descriptor) == 0 else { throw Failure(failed: "fdatasync", at: path, code: errno) }
    }

    /// Returns when the file, or the folder's list of names, has reached the disk.
    package borrowing func synchronize() throws(Failure) {
        guard fsync(descriptor) == 0 else { throw Failure(failed: "fsync", at: path, code: errno) }
    }

    // MARK: Who else has it

    /// Takes the file's advisory lock (flock(2)), which goes with the descriptor.
    ///
    /// - Parameter isShared: whether others may hold it in the same way at the same time.
    /// - Returns: false where another descriptor has it.
    package borrowing func lock(isShared: Bool = false) throws(Failure) -> Bool {
        if flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw Failure(failed: "flock", at: path, code: errno) }
        return false
    }

    /// Whether this process's user owns the file.
    package var isOwn: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_uid == geteuid()
    }

    package borrowing func identity() throws(Failure) -> FileIdentity {
        var found = winnow_file_identity()
        let code = winnow_identify(descriptor, nil, &found)
        guard code == 0 else { throw Failure(failed: "statx", at: path, code: code) }
        return FileIdentity(found)
    }
}

/// Distinguishes a file or a folder from every other one, whatever its name (statx(2)).
///
/// A number alone does not: a file system gives a removed folder's number to the next one that is made.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64
    /// When it was made; 0 where the file system does not keep that.
    private let born: UInt64

    init(_ identity: winnow_file_identity) {
        device = identity.device
        number = identity.number
        born = identity.born
    }
}
