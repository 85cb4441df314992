import Experiments
package import Studies
import Files
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
        try Folder.create(parent, durably: false)
        Self.removeAbandoned(in: parent, host: host)
        path = "\(parent)/winnow-\(worker)"
        // It gets its name when it is locked: another worker that starts at this moment would take one that is not for
        // abandoned, and remove it.
        let unnamed = "\(parent)/.winnow-\(worker)"
        guard mkdir(unnamed, 0o700) == 0 else { throw SpoolError(failed: "mkdir", at: unnamed, code: errno) }
        lock = try OpenFile(own: "\(unnamed)/lock", O_RDWR | O_CREAT | O_EXCL)
        _ = try lock.lock()
        do throws(SpoolError) {
            try Folder.rename(unnamed, to: path)
        } catch {
            Folder.removeWithFiles(unnamed)
            throw error
        }
    }

    /// `$TMPDIR`, or `/tmp`.
    package static var standardParent: String {
        getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }

    private static func removeAbandoned(in parent: String, host: String) {
        for name in (try? Folder.names(in: parent)) ?? [] where name.hasPrefix("winnow-\(host)-") {
            let folder = "\(parent)/\(name)"
            guard KeptWork(in: folder) == nil else { continue }
            guard let lock = try? OpenFile(own: "\(folder)/lock", O_RDWR), (try? lock.lock()) == true else { continue }
            Folder.removeTree(folder)
        }
    }

    /// Removes it with all that is in it.
    package func remove() { Folder.removeTree(path) }

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
        let spooled = SpooledFile(file: file, name: "\(Spool.name(of: id))-\(file.kind.rawValue)-\(number).h5")
        let temporary = "\(path(of: spooled)).part"
        do throws(SpoolError) {
            try OpenFile(own: temporary, O_WRONLY | O_CREAT | O_EXCL).write(bytes, at: 0)
            try Folder.rename(temporary, to: path(of: spooled))
        } catch {
            unlink(temporary)
            throw error
        }
        return spooled
    }

    /// Takes a file that lies whole on the spool's file system.
    ///
    /// - Throws: ``SpoolError`` where it cannot be renamed.
    func adopt(
        _ path: String, as file: StoredFile, _ parts: [SpooledFile.Part], of id: AttemptID
    ) throws(SpoolError) -> SpooledFile {
        let number = written.wrappingAdd(1, ordering: .relaxed).newValue
        let spooled = SpooledFile(
            file: file, name: "\(Spool.name(of: id))-\(file.kind.rawValue)-\(number).tar", parts: parts)
        try Folder.rename(path, to: self.path(of: spooled))
        return spooled
    }

    func path(of file: SpooledFile) -> String { "\(path)/\(file.name)" }

    /// What the names of an attempt's files begin with: with its study's number, as a worker may serve several studies.
    static func name(of id: AttemptID) -> String { "\(id.study)-\(id.trial)-\(id.attempt)" }
    func path(of id: AttemptID) -> String { "\(path)/\(Spool.name(of: id))" }

    /// At most `count` bytes from `offset` on.
    package func read(_ file: SpooledFile, from offset: Int, count: Int) throws(SpoolError) -> [UInt8] {
        try OpenFile(own: path(of: file), O_RDONLY).read(from: offset, count: count)
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
        file = try OpenFile(own: "\(spool.path(of: spooled)).part", O_WRONLY | O_CREAT | O_TRUNC)
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

}

extension SpoolError: SystemCallError {
    package init(failed operation: String, at path: String, code: Int32) {
        (self.path, self.operation, self.code) = (path, operation, code)
    }
}

typealias OpenFile = Files.OpenFile<SpoolError>
typealias Folder = Files.Folder<SpoolError>

extension Files.OpenFile where Failure == SpoolError {
    /// A file of this worker's own: for its user alone, and never behind a symbolic link that somebody else has made.
    init(own path: String, _ flags: Int32) throws(SpoolError) {
        try self.init(path, flags | O_NOFOLLOW, mode: 0o600)
    }
}
