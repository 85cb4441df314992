#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads files, whole or in pieces.
enum FileBytes {
    /// - Throws: also where it is no regular file: data are read by every worker and after every interruption, and what
    ///   a pipe gave once, it does not give again.
    static func contents(of path: String) throws(DatasetError) -> [UInt8] {
        let (descriptor, size) = try opened(path)
        defer { close(descriptor) }
        // One byte more than the file has, to see its end.
        var bytes = [UInt8](repeating: 0, count: max(size + 1, 1 << 12))
        var filled = 0
        while true {
            if filled == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
            }
            let count = try read(descriptor, into: &bytes, from: filled, path)
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Calls `body` with one piece of a file after the other.
    static func read(_ path: String, _ body: (ArraySlice<UInt8>) -> Void) throws(DatasetError) {
        let (descriptor, _) = try opened(path)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = try read(descriptor, into: &bytes, path), count > 0 { body(bytes[..<count]) }
    }

    /// A file that is read piece by piece; its reader closes it.
    static func opened(_ path: String) throws(DatasetError) -> (descriptor: Int32, size: Int) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path) }
        // Before it is opened, as a pipe that nobody writes to is waited for.
        try checkIsRegular(status, path)
        var descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0, errno == EWOULDBLOCK {
            // A file server has a lease on it, which it gives back to whoever waits.
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw failure(path) }
        do throws(DatasetError) {
            guard fstat(descriptor, &status) == 0 else { throw failure(path) }
            try checkIsRegular(status, path)
        } catch {
            close(descriptor)
            throw error
        }
        return (descriptor, Int(status.st_size))
    }

    /// At most `count` bytes of a file's beginning.
    static func head(of path: String, count: Int) throws(DatasetError) -> [UInt8] {
        let (descriptor, _) = try opened(path)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.removeLast(count - (try read(descriptor, into: &bytes, path)))
        return bytes
    }

    /// - Returns: how many bytes were read; 0 at the end.
    static func read(
        _ descriptor: Int32, into bytes: inout [UInt8], from start: Int = 0, _ path: String
    ) throws(DatasetError) -> Int {
        while true {
            let count = bytes.withUnsafeMutableBytes { bytes in
                #if canImport(Glibc)
                    Glibc.read(descriptor, bytes.baseAddress! + start, bytes.count - start)
                #else
                    Darwin.read(descriptor, bytes.baseAddress! + start, bytes.count - start)
                #endif
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw failure(path) }
        }
    }

    private static func checkIsRegular(_ status: stat, _ path: String) throws(DatasetError) {
        let kind: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw DatasetError(.unreadableFile(EISDIR), in: path, "is a folder, where a file is expected")
        case S_IFIFO: kind = "a pipe"
        case S_IFSOCK: kind = "a socket"
        default: kind = "a device"
        }
        throw DatasetError(
            .unreadableFile(ESPIPE), in: path,
            "is \(kind), and data are read more than once: write what it gives into a file, and name that")
    }

    /// Whether a file of that name can be read.
    static func isReadable(_ path: String) -> Bool {
        access(path, R_OK) == 0
    }

    /// The names of what is in a folder, in the order of their bytes and without those that begin with a dot.
    static func names(in folder: String) throws(DatasetError) -> [String] {
        try allNames(in: folder).filter { !$0.hasPrefix(".") }
    }

    /// The names of what is in a folder, hidden files among them, in the order of their bytes.
    static func allNames(in folder: String) throws(DatasetError) -> [String] {
        guard let stream = opendir(folder) else { throw failure(folder) }
        defer { closedir(stream) }
        var names: [String] = []
        // The end and an error look the same but for `errno`.
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw failure(folder) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
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
