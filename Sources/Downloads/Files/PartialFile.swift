#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file on its way: `NAME.part` beside the place where it will stand, kept when the process ends, however it ends.
///
/// One process has it at a time (`flock(2)`). An empty one is not left behind.
final class PartialFile {
    static let suffix = ".part"

    let target: String
    private(set) var size: Int
    private let descriptor: Int32
    private var isOver = false

    var path: String { target + PartialFile.suffix }

    /// Opens what an earlier run left, or begins anew.
    /// - Throws: ``DownloadError`` with `.busy` where another process has it, or with the `errno`.
    init(for target: String) throws(DownloadError) {
        self.target = target
        (descriptor, size) = try PartialFile.openLocked(target + PartialFile.suffix)
    }

    deinit {
        if size == 0, !isOver { unlink(path) }
        close(descriptor)
    }

    /// Adds bytes at the end.
    func append(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = pwrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, off_t(size))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("cannot be written", path) }
            size += count
            rest = rest.dropFirst(count)
        }
    }

    /// Forgets all bytes.
    func clear() throws(DownloadError) {
        guard size > 0 else { return }
        guard ftruncate(descriptor, 0) == 0 else { throw .system("cannot be written", path) }
        size = 0
    }

    /// Puts the file in its place, whole and on disk.
    func publish() throws(DownloadError) {
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system("cannot be written", path) }
        guard rename(path, target) == 0 else { throw .system("cannot be renamed", path) }
        isOver = true
    }

    /// Leaves nothing behind.
    func discard() {
        unlink(path)
        isOver = true
    }

    private static func openLocked(_ path: String) throws(DownloadError) -> (descriptor: Int32, size: Int) {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw .system("cannot be written", path) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw DownloadError(.busy, at: path, "another winnow is fetching it", advice: "wait for that one")
            }
            var opened = stat()
            var named = stat()
            guard fstat(descriptor, &opened) == 0 else {
                close(descriptor)
                throw .system("cannot be read", path)
            }
            // Between the two calls, the one that had the lock may have given the file its final name.
            if stat(path, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev {
                return (descriptor, Int(opened.st_size))
            }
            close(descriptor)
        }
    }
}
