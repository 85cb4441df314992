import Experiments
import Studies
import Files
import Glibc
import Hashing
import StudyStore
import Schema

/// What a worker has left in its spool, as nobody took it before the worker ended: the newest checkpoint of each trial, for
/// the next worker of the study on this machine to go on from.
struct KeptWork: Hashable, Codable {
    struct Entry: Hashable, Codable {
        var id: AttemptID
        /// SHA-256 of the data that the trial was trained with.
        var data: String
        /// The `last` checkpoint's name in the spool.
        var file: String
        var sha256: String
        var size: Int
    }

    var worker: String
    /// The study as its coordinator called it.
    var study: String
    var entries: [Entry]

    /// The file in a spool that says so.
    static let name = "kept.json"
    /// After so many seconds nobody is expected to come for it.
    static let lifetime = 7 * 24 * 3600

    /// What stands in an abandoned spool; nil where nothing was kept, or for too long.
    init?(in folder: String) {
        var status = stat()
        guard stat("\(folder)/\(Self.name)", &status) == 0, time(nil) - status.st_mtim.tv_sec < Self.lifetime,
            let file = try? OpenFile(own: "\(folder)/\(Self.name)", O_RDONLY),
            let bytes = try? file.read(from: 0, count: min(Int(status.st_size), 16 << 20)),
            let work = try? PlainJSON.decode(KeptWork.self, from: bytes)
        else { return nil }
        self = work
    }

    init(worker: String, study: String, entries: [Entry]) {
        self.worker = worker
        self.study = study
        self.entries = entries
    }

    /// The spools that dead workers of this machine have left with something in them.
    static func all(in parent: String, host: String) -> [(folder: String, work: KeptWork)] {
        ((try? Folder.names(in: parent)) ?? []).filter { $0.hasPrefix("winnow-\(host)-") }.compactMap { name in
            KeptWork(in: "\(parent)/\(name)").map { ("\(parent)/\(name)", $0) }
        }
    }
}

/// Work that outlives its worker.
extension Spool {
    /// A checkpoint that a dead worker has left, on its way to the trial that goes on from it.
    struct Found {
        let checkpoint: Checkpoint
        fileprivate let folder: String
        fileprivate let entry: KeptWork.Entry
        /// Keeps other workers from it.
        fileprivate let file: LockedFile
    }

    /// A file that one process has for itself.
    fileprivate final class LockedFile: Sendable {
        let file: OpenFile

        /// - Returns: nil where it is not there, or somebody has it.
        init?(_ path: String) {
            guard let file = try? OpenFile(own: path, O_RDWR), (try? file.lock()) == true else { return nil }
            self.file = file
        }
    }

    /// Whether the worker whose spool this is has ended.
    private static func isAbandoned(_ folder: String) -> Bool {
        // Several may look at the same time.
        guard let lock = try? OpenFile(own: "\(folder)/lock", O_RDWR) else { return false }
        return (try? lock.lock(isShared: true)) == true
    }

    /// Leaves these checkpoints to the next worker, and removes all else.
    ///
    /// - Throws: ``SpoolError`` where the disk has no room to say so; then nothing is left.
    func keep(_ entries: [KeptWork.Entry], study: String, worker: String) throws {
        let bytes = try PlainJSON.encode(KeptWork(worker: worker, study: study, entries: entries))
        let kept = Set(entries.map(\.file) + ["lock", KeptWork.name])
        for name in (try? Folder.names(in: path)) ?? [] where !kept.contains(name) { unlink("\(path)/\(name)") }
        let temporary = "\(path)/\(KeptWork.name).part"
        let file = try OpenFile(own: temporary, O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(bytes, at: 0)
        try file.synchronize()
        try Folder.rename(temporary, to: "\(path)/\(KeptWork.name)")
    }

    /// The furthest checkpoint that a dead worker of this machine has left of a trial.
    ///
    /// It has to be of the same experiment, seed and data: training goes on from it as it would have where it was made.
    func findKept(_ assign: CoordinatorMessage.Assign, _ file: ExperimentFile) -> Found? {
        // Before its second attempt there can be none.
        guard assign.id.attempt > 1 else { return nil }
        var furthest: Found?
        for (folder, work) in KeptWork.all(in: parent, host: host) where Self.isAbandoned(folder) {
            for entry in work.entries
            where entry.id.study == assign.id.study && entry.id.trial == assign.id.trial
                && entry.id.attempt < assign.id.attempt
                && entry.data == assign.dataDigest
            {
                // The list comes from a file in a folder that anybody may have made.
                guard !entry.file.contains("/"), let locked = LockedFile("\(folder)/\(entry.file)"),
                    let checkpoint = Self.read(entry, from: locked), checkpoint.seed == assign.seed,
                    checkpoint.id.trial == assign.id.trial,
                    checkpoint.epoch <= file.experiment.train.epochs ?? .max,
                    let own = try? ExperimentFile(text: checkpoint.experiment, name: "trial \(assign.id.trial)"),
                    own.identity == file.identity,
                    checkpoint.isAhead(of: furthest?.checkpoint)
                else { continue }
                furthest = Found(checkpoint: checkpoint, folder: folder, entry: entry, file: locked)
            }
        }
        return furthest
    }

    private static func read(_ entry: KeptWork.Entry, from locked: LockedFile) -> Checkpoint? {
        guard (try? locked.file.size()) == entry.size,
            let bytes = try? locked.file.read(from: 0, count: entry.size),
            SHA256Digest.hexadecimal(of: bytes) == entry.sha256
        else { return nil }
        return try? Checkpoint(decoding: bytes)
    }

    /// A checkpoint that has been taken up is not needed any more; nor is a spool without any.
    func discard(_ found: Found) {
        unlink("\(found.folder)/\(found.entry.file)")
        let rest = KeptWork(in: found.folder)?.entries.filter { access("\(found.folder)/\($0.file)", F_OK) == 0 }
        if rest?.isEmpty ?? true { Folder.removeWithFiles(found.folder) }
    }
}

extension Checkpoint {
    /// Whether it knows of more steps than another; of more than none where there is no other.
    func isAhead(of other: Checkpoint?) -> Bool {
        guard let resume else { return false }
        guard let other = other?.resume else { return true }
        if resume.stage != other.stage { return resume.stage == .model }
        return resume.stepCount > other.stepCount
    }
}
