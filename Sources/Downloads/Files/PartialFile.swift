internal import Files
internal import Glibc

/// The folder that files are fetched into.
struct FolderPath {
    let path: String

    /// Makes the folder and those above it, where they are missing.
    func create() throws(DownloadError) { try Folder.create(path, durably: false) }

    /// Makes the renaming of files in it durable.
    func synchronize() throws(DownloadError) {
        try DownloadError.toleratingNoSynchronization { () throws(DownloadError) in try Folder.synchronize(path) }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// A file on its way: `NAME.part` beside the place where it will stand, kept when the process ends, however it ends.
///
/// One process has it at a time (`flock(2)`). An empty one is not left behind.
final class PartialFile {
    let target: String
    private(set) var size: Int
    private let file: OpenFile
    private var isOver = false

    var path: String { file.path }

    /// Opens what an earlier run left, or begins anew.
    /// - Throws: ``DownloadError`` with `.busy` where another process has it, or with the `errno`.
    init(for target: String) throws(DownloadError) {
        self.target = target
        file = try PartialFile.openLocked(target + partialFileSuffix)
        size = try file.size()
    }

    deinit {
        if size == 0, !isOver { unlink(path) }
    }

    /// Adds bytes at the end.
    func append(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        try file.write(bytes, at: size)
        size += bytes.count
    }

    func append(_ bytes: [UInt8]) throws(DownloadError) {
        try file.write(bytes, at: size)
        size += bytes.count
    }

    /// Forgets all bytes.
    func clear() throws(DownloadError) {
        guard size > 0 else { return }
        try file.truncate(to: 0)
        size = 0
    }

    /// Puts the file in its place, whole and on disk.
    func publish() throws(DownloadError) {
        try DownloadError.toleratingNoSynchronization { () throws(DownloadError) in try file.synchronize() }
        try Folder.rename(path, to: target)
        isOver = true
    }

    /// Leaves nothing behind.
    func discard() {
        unlink(path)
        isOver = true
    }

    private static func openLocked(_ path: String) throws(DownloadError) -> OpenFile {
        while true {
            let file = try OpenFile(path, O_RDWR | O_CREAT)
            guard try file.lock() else {
                throw DownloadError(.busy, at: path, "another winnow is fetching it", advice: "wait for that one")
            }
            // Between the two calls, the one that had the lock may have given the file its final name.
            if try Folder.identity(of: path) == file.identity() { return file }
        }
    }
}
