import Experiments
import Files
import Foundation
import Glibc
import Hashing
import Schema
import Studies
import Synchronization

/// The folders of one attempt of a program: its working folder with the program's files, the folder of its checkpoint, and
/// what Winnow and the program tell each other.
struct ProgramFolder {
    private static let stateName = ".winnow-state.json"

    private let spool: Spool
    private let id: AttemptID
    /// What all their paths begin with.
    private let path: String

    var work: String { "\(path).work" }
    /// It goes with the trial from attempt to attempt.
    var checkpoint: String { "\(path).checkpoint" }
    /// JSON lines that the program appends; there when it has begun.
    var metrics: String { "\(path).metrics.jsonl" }
    var parameters: String { "\(path).parameters.json" }
    private var archive: String { "\(path).tar" }
    private var stopFile: String { "\(checkpoint)/.stop" }

    /// The folders of attempts that are over, by what their paths begin with.
    final class EmptiedFolders: Sendable {
        private let paths = Mutex<[String]>([])

        func add(_ path: String) { paths.withLock { $0.append(path) } }
        func take() -> String? { paths.withLock { $0.popLast() } }
    }

    /// What the checkpoint has to say besides the program's own files.
    struct State: Hashable, Codable {
        var numbering = EpochNumbering()
        /// Whether a row has had the monitored metric.
        var isMonitored = false
        /// Whether the program says when it can be gone on from.
        var marksCheckpoints = false
    }

    /// Makes the folders, or takes those of an attempt that is over: a file system may be slow at making what was removed
    /// a moment before, as ext4 is.
    ///
    /// - Throws: ``SpoolError`` where the disk has no room, or fails.
    init(of id: AttemptID, in spool: Spool, emptied: EmptiedFolders) throws(SpoolError) {
        self.id = id
        self.spool = spool
        path = spool.path(of: id)
        if let old = emptied.take() {
            for (from, to) in zip(Self.kept(old), Self.kept(path)) { rename(from, to) }
        }
        for folder in [work, checkpoint] { try Folder.create(folder, mode: 0o700, durably: false) }
    }

    /// Removes all that is in them.
    func empty(into emptied: EmptiedFolders) {
        for file in [metrics, archive] { unlink(file) }
        for folder in [work, checkpoint] { Folder.removeContents(of: folder) }
        // Where something could not be removed, no other attempt shall find it.
        if [work, checkpoint].allSatisfy({ (try? Folder.names(in: $0))?.isEmpty == true }) { emptied.add(path) }
    }

    private static func kept(_ path: String) -> [String] {
        ["work", "checkpoint", "parameters.json"].map { "\(path).\($0)" }
    }

    /// Copies the program's files into the working folder.
    ///
    /// - Parameter names: of the files, below `folder` and below the working folder.
    /// - Throws: ``SpoolError`` where the disk has no room, or a file is gone.
    func copy(_ names: [String], from folder: String) throws(SpoolError) {
        for name in names {
            let source = try OpenFile("\(folder)/\(name)", O_RDONLY | O_NONBLOCK)
            let target = "\(work)/\(name)"
            try Folder.create(Folder.parent(of: target), mode: 0o700, durably: false)
            let isExecutable = access("\(folder)/\(name)", X_OK) == 0
            let file = try OpenFile(target, O_WRONLY | O_CREAT | O_TRUNC, mode: isExecutable ? 0o700 : 0o600)
            try file.write(try source.readAll(), at: 0)
        }
    }

    /// Writes the parameters as a JSON object, each with its type.
    func writeParameters(_ assignment: Assignment) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try Self.write(Array(encoder.encode(assignment.json)), to: parameters)
    }

    /// Says in the checkpoint's folder why the program is to end.
    func announceStop(_ order: RunControl.Order) {
        let reason =
            switch order {
            case .run, .pause: "preempt"
            case .prune: "prune"
            case .abandon: "cancel"
            }
        try? Self.write(Array("\(reason)\n".utf8), to: stopFile)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(SpoolError) {
        try OpenFile(own: path, O_WRONLY | O_CREAT | O_TRUNC).write(bytes, at: 0)
    }

    // MARK: The checkpoint

    /// Whether the program has put anything there.
    var hasCheckpoint: Bool {
        ((try? Folder.names(in: checkpoint)) ?? []).contains { "\(checkpoint)/\($0)" != stopFile }
    }

    /// Packs the checkpoint's folder into the spool.
    ///
    /// - Parameter rows: how many rows the trial has when it goes on from here.
    /// - Throws: ``SpoolError`` where the spool has no room.
    func pack(_ state: State, rows: Int) throws -> SpooledFile {
        unlink(stopFile)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let parts = try FolderArchive.write(
            checkpoint, to: archive, extra: (Self.stateName, Array(try encoder.encode(state))))
        let file = try OpenFile(archive, O_RDONLY)
        let digest = SHA256Digest()
        var size = 0
        while true {
            let bytes = try file.read(from: size, count: 1 << 20)
            guard !bytes.isEmpty else { break }
            digest.update(bytes)
            size += bytes.count
        }
        let stored = StoredFile(kind: .last, epoch: rows, size: size, sha256: digest.finish(), bestEpoch: nil)
        return try spool.adopt(archive, as: stored, parts, of: id)
    }

    /// Unpacks the checkpoint of an earlier attempt.
    ///
    /// - Returns: what it says, and the file with its parts.
    /// - Throws: ``SpoolError`` where it is damaged, or the disk has no room.
    func unpack(_ file: SpooledFile) throws(SpoolError) -> (State, SpooledFile) {
        let (bytes, parts) = try FolderArchive.extract(spool.path(of: file), into: checkpoint, extra: Self.stateName)
        let state = (try? JSONDecoder().decode(State.self, from: Data(bytes))) ?? State()
        return (state, SpooledFile(file: file.file, name: file.name, parts: parts))
    }
}
