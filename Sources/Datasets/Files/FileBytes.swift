#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads files whole.
enum FileBytes {
    static func contents(of path: String) throws(DatasetError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        // One byte more than the file has, to see its end; what is no regular file, a pipe for instance, tells no size.
        var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size) + 1, 1 << 12))
        var filled = 0
        while true {
            if filled == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
            }
            let count = bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress! + filled, $0.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Whether a file of that name can be read.
    static func isReadable(_ path: String) -> Bool {
        access(path, R_OK) == 0
    }

    /// Whether there is a folder of that name.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func failure(_ path: String) -> DatasetError {
        let code = errno
        if code == ENOENT {
            return DatasetError(.missingFile, in: path, "there is no such file")
        }
        return DatasetError(.unreadableFile(code), in: path, "cannot be read: \(String(cString: strerror(code)))")
    }
}
