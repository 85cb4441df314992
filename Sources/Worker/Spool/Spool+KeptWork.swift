package import Experiments
import Glibc
import Hashing
import StudyStore
package import Wire

/// Work that outlives its worker.
extension Spool {
    /// A checkpoint that a dead worker has left, on its way to the trial that goes on from it.
    struct Found {
        let checkpoint: Checkpoint
        fileprivate let folder: String
        fileprivate let entry: KeptWork.Entry
        /// Keeps other workers from it.
        fileprivate let lock: Lock
    }

    /// A lock on a dead worker's spool.
    final class Lock: Sendable {
        private let file: OpenFile

        /// - Returns: nil where somebody has it: its worker lives, or another has come for what is in it.
        init?(_ folder: String) {
            guard let file = try? OpenFile("\(folder)/lock", O_RDWR), (try? file.lock()) == true else { return nil }
            self.file = file
        }
    }

    /// Leaves these checkpoints to the next worker, and removes all else.
    ///
    /// - Throws: ``SpoolError`` where the disk has no room to say so; then nothing is left.
    func keep(_ entries: [KeptWork.Entry], study: String, worker: String) throws {
        let bytes = try PortableJSON.encode(KeptWork(worker: worker, study: study, entries: entries))
        let kept = Set(entries.map(\.file) + ["lock", KeptWork.name])
        for name in FileTree.names(in: path) where !kept.contains(name) { unlink("\(path)/\(name)") }
        let temporary = "\(path)/\(KeptWork.name).part"
        let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(bytes, at: 0)
        try file.synchronize()
        guard rename(temporary, "\(path)/\(KeptWork.name)") == 0 else { throw SpoolError.system("rename", temporary) }
    }

    /// The furthest checkpoint that a dead worker of this machine has left of a trial.
    ///
    /// It has to be of the same experiment, seed and data: training goes on from it as it would have where it was made.
    func findKept(_ assign: CoordinatorMessage.Assign, _ file: ExperimentFile) -> Found? {
        // Before its second attempt there can be none.
        guard assign.id.attempt > 1 else { return nil }
        var furthest: Found?
        for (folder, work) in KeptWork.all(in: parent, host: host) {
            for entry in work.entries
            where entry.id.trial == assign.id.trial && entry.id.attempt < assign.id.attempt
                && entry.data == assign.dataDigest
            {
                guard let lock = Lock(folder), let checkpoint = Self.read(entry, in: folder),
                    checkpoint.seed == assign.seed, checkpoint.id.trial == assign.id.trial,
                    checkpoint.epoch <= file.experiment.train.epochs,
                    let own = try? ExperimentFile(text: checkpoint.experiment, name: "trial \(assign.id.trial)"),
                    own.identity == file.identity,
                    checkpoint.isAhead(of: furthest?.checkpoint)
                else { continue }
                furthest = Found(checkpoint: checkpoint, folder: folder, entry: entry, lock: lock)
            }
        }
        return furthest
    }

    private static func read(_ entry: KeptWork.Entry, in folder: String) -> Checkpoint? {
        // The list comes from a file in a folder that anybody may have made.
        guard !entry.file.contains("/"), let file = try? OpenFile("\(folder)/\(entry.file)", O_RDONLY),
            (try? file.size()) == entry.size, let bytes = try? file.read(from: 0, count: entry.size),
            SHA256Digest.hexadecimal(of: bytes) == entry.sha256
        else { return nil }
        return try? Checkpoint(decoding: bytes)
    }

    /// A checkpoint that has been taken up is not needed any more; nor is a spool without any.
    func discard(_ found: Found) {
        unlink("\(found.folder)/\(found.entry.file)")
        let rest = KeptWork(in: found.folder)?.entries.filter { access("\(found.folder)/\($0.file)", F_OK) == 0 }
        if rest?.isEmpty ?? true { FileTree.remove(flat: found.folder) }
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
