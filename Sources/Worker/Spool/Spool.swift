package import Experiments
import Glibc
import Hashing
import Synchronization

/// A worker's own folder for what the coordinator has not acknowledged yet: checkpoints, and results of epochs.
///
/// It is removed when the worker ends, unless something is in it that nobody took (``KeptWork``). What a killed worker left
/// is removed by the next one that makes its spool in the same place on that machine: whether its owner lives is told by
/// a lock, which goes with the process.
package final class Spool: Sendable {
    package let path: String
    /// The folder in which it lies.
    let parent: String
    let host: String
    private let lock: OpenFile
    private let written = Atomic<Int>(0)
    private let trouble = Mutex<SpoolError?>(nil)
    private let observe: @Sendable (SpoolError?) -> Void

    /// - Parameters:
    ///   - parent: the folder in which the spool is made.
    ///   - worker: its owner's name, which no other has.
    ///   - observe: hears, once each time, that the spool takes nothing more, and with nil that it does again; on any
    ///     thread.
    package init(
        in parent: String = Spool.standardParent, worker: String, host: String,
        observe: @escaping @Sendable (SpoolError?) -> Void = { _ in }
    ) throws(SpoolError) {
        self.observe = observe
        self.parent = parent
        self.host = host
        try FileTree.create(parent)
        Self.removeAbandoned(in: parent, host: host)
        path = "\(parent)/winnow-\(worker)"
        // It gets its name when it is locked: another worker that starts at this moment would take one that is not for
        // abandoned, and remove it.
        let unnamed = "\(parent)/.winnow-\(worker)"
        guard mkdir(unnamed, 0o700) == 0 else { throw .system("mkdir", unnamed) }
        lock = try OpenFile("\(unnamed)/lock", O_RDWR | O_CREAT | O_EXCL)
        _ = try lock.lock()
        guard rename(unnamed, path) == 0 else {
            let error = SpoolError.system("rename", unnamed)
            FileTree.remove(flat: unnamed)
            throw error
        }
    }

    /// `$TMPDIR`, or `/tmp`.
    package static var standardParent: String {
        getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }

    private static func removeAbandoned(in parent: String, host: String) {
        for name in FileTree.names(in: parent) where name.hasPrefix("winnow-\(host)-") {
            let folder = "\(parent)/\(name)"
            guard KeptWork(in: folder) == nil else { continue }
            guard let lock = try? OpenFile("\(folder)/lock", O_RDWR), (try? lock.lock()) == true else { continue }
            FileTree.remove(flat: folder)
        }
    }

    /// Removes it with all that is in it.
    package func remove() { FileTree.remove(flat: path) }

    // MARK: Trouble

    func inTrouble(_ error: SpoolError) {
        let isNew = trouble.withLock { trouble in
            defer { trouble = error }
            return trouble == nil
        }
        if isNew { observe(error) }
    }

    func recovered() {
        let wasInTrouble = trouble.withLock { trouble in
            defer { trouble = nil }
            return trouble != nil
        }
        if wasInTrouble { observe(nil) }
    }

    // MARK: Checkpoints

    /// Writes a checkpoint; it is there whole or not at all.
    ///
    /// - Throws: ``SpoolError`` where the disk has no room, or fails.
    package func write(_ bytes: [UInt8], as file: StoredFile, of id: AttemptID) throws(SpoolError) -> SpooledFile {
        let number = written.wrappingAdd(1, ordering: .relaxed).newValue
        let spooled = SpooledFile(file: file, name: "\(id.trial)-\(id.attempt)-\(file.kind.rawValue)-\(number).h5")
        let temporary = "\(path(of: spooled)).part"
        do throws(SpoolError) {
            try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL).write(bytes, at: 0)
            guard rename(temporary, path(of: spooled)) == 0 else { throw SpoolError.system("rename", temporary) }
        } catch {
            unlink(temporary)
            throw error
        }
        return spooled
    }

    func path(of file: SpooledFile) -> String { "\(path)/\(file.name)" }

    /// At most `count` bytes from `offset` on.
    package func read(_ file: SpooledFile, from offset: Int, count: Int) throws(SpoolError) -> [UInt8] {
        try OpenFile(path(of: file), O_RDONLY).read(from: offset, count: count)
    }

    package func read(_ file: SpooledFile) throws(SpoolError) -> [UInt8] {
        try read(file, from: 0, count: file.file.size)
    }

    package func discard(_ file: SpooledFile) {
        unlink(path(of: file))
        unlink("\(path(of: file)).part")
    }
}

/// A checkpoint that comes down into the spool, piece by piece.
final class IncomingDownload {
    private let spooled: SpooledFile
    private let spool: Spool
    private let file: OpenFile
    private let digest = SHA256Digest()
    private var count = 0

    /// Begins it; what an earlier try has left is gone.
    init(_ spooled: SpooledFile, in spool: Spool) throws(SpoolError) {
        self.spooled = spooled
        self.spool = spool
        file = try OpenFile("\(spool.path(of: spooled)).part", O_WRONLY | O_CREAT | O_TRUNC)
    }

    func append(_ bytes: [UInt8]) throws(SpoolError) {
        try file.write(bytes, at: count)
        digest.update(bytes)
        count += bytes.count
    }

    var isComplete: Bool { count == spooled.file.size }

    /// - Returns: whether the bytes are those that were announced; only then is the file there.
    func finish() -> Bool {
        guard digest.finish() == spooled.file.sha256, rename(file.path, spool.path(of: spooled)) == 0 else {
            unlink(file.path)
            return false
        }
        return true
    }
}

/// What a worker's spool cannot do.
package struct SpoolError: Error, Hashable, CustomStringConvertible {
    package let path: String
    /// The name of the system call that failed.
    package let operation: String
    /// Its `errno`.
    package let code: Int32

    package var description: String {
        "\(path): \(String(cString: strerror(code))) (\(operation), errno \(code))"
    }

    /// A failed system call, with the `errno` that it left.
    static func system(_ operation: String, _ path: String) -> SpoolError {
        SpoolError(path: path, operation: operation, code: errno)
    }
}
