import Experiments
import Studies
import Files
import StudyStore
import Schema

/// The checkpoints of a study: staged while they arrive, published when whole, read when a trial goes on.
struct CheckpointFiles {
    let folder: StudyFolder
    private var staged: [UploadKey: StagedFile] = [:]
    /// Trials whose folder outlives a crash, and which folder that is.
    private var trials: [Int: FileIdentity] = [:]
    /// Trials that may have a `last` before the newest.
    private var withPrevious: Set<Int>

    init(_ folder: StudyFolder, _ study: StudyState) {
        self.folder = folder
        withPrevious = Set(study.trials.filter { $0.previousLast != nil }.map(\.number))
    }

    mutating func stage(_ chunk: Chunk, _ bytes: [UInt8]) throws(StudyStoreError) {
        let key = UploadKey(id: chunk.id, kind: chunk.file.kind)
        if chunk.offset == 0 {
            staged.removeValue(forKey: key)?.discard()
            try folder.check()
            try keepFolder(of: chunk.id.trial)
            staged[key] = try StagedFile(for: folder.checkpointPath(trial: chunk.id.trial, chunk.file.kind))
        }
        guard let copied = chunk.copied else { return try staged[key]?.append(bytes, at: chunk.offset) ?? () }
        let stored = folder.checkpointPath(trial: chunk.id.trial, .last)
        var done = 0
        while done < copied.count {
            let piece = try StoredBytes.read(
                stored, from: copied.offset + done, count: min(Chunk.size, copied.count - done))
            guard !piece.isEmpty else {
                throw StudyStoreError(.wrongOffset(expected: copied.offset + copied.count, actual: done), path: stored)
            }
            try staged[key]?.append(piece, at: chunk.offset + done)
            done += piece.count
        }
    }

    /// Verifies a whole upload and puts it in its place, durably.
    mutating func publish(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        guard let staged = staged.removeValue(forKey: UploadKey(id: id, kind: file.kind)) else {
            throw StudyStoreError(.wrongOffset(expected: 0, actual: file.size), path: folder.path)
        }
        try folder.check()
        try keepFolder(of: id.trial)
        if file.kind == .last { withPrevious.insert(id.trial) }
        try staged.finish(sha256: file.sha256, keepingOldAt: folder.previousCheckpointPath(trial: id.trial, file.kind))
    }

    /// Verifies a file that a worker put into the study's folder itself, and gives it its name, durably.
    mutating func publish(placed file: StoredFile, by id: AttemptID) throws(StudyStoreError) {
        try folder.check()
        try keepFolder(of: id.trial)
        if file.kind == .last { withPrevious.insert(id.trial) }
        try CheckpointFile.publish(
            file, from: folder.incomingPath(id, file.kind), to: folder.checkpointPath(trial: id.trial, file.kind),
            keepingOldAt: folder.previousCheckpointPath(trial: id.trial, file.kind))
    }

    /// Puts back what stood there before the newest, which no record names.
    mutating func undo(trial: Int, _ kind: StoredFile.Kind) throws(StudyStoreError) {
        try folder.check()
        let previous = folder.previousCheckpointPath(trial: trial, kind)
        guard try Folder<StudyStoreError>.identity(of: previous) != nil else {
            return try CheckpointFile.remove(folder.checkpointPath(trial: trial, kind))
        }
        try CheckpointFile.move(previous, to: folder.checkpointPath(trial: trial, kind))
    }

    /// The `best` before the newest is of no use any more.
    func settle(_ trial: Int) {
        guard (try? folder.check()) != nil else { return }
        try? CheckpointFile.remove(folder.previousCheckpointPath(trial: trial, .best))
    }

    /// Makes a trial's folder; later on it has to be that one: what was stored there is in no other.
    private mutating func keepFolder(of trial: Int) throws(StudyStoreError) {
        let path = folder.trialFolder(trial)
        if let known = trials[trial] {
            guard try Folder<StudyStoreError>.identity(of: path) == known else {
                throw StudyStoreError(.folderReplaced, path: path)
            }
            return
        }
        try folder.createDurableTrialFolder(trial)
        trials[trial] = try Folder<StudyStoreError>.identity(of: path)
    }

    /// Gives a checkpoint up, when the journal no longer names it.
    ///
    /// - Parameter restoresPrevious: whether the journal now names the `last` before it.
    func remove(trial: Int, _ kind: StoredFile.Kind, restoresPrevious: Bool = false) throws(StudyStoreError) {
        try folder.check()
        if let known = trials[trial] {
            guard try Folder<StudyStoreError>.identity(of: folder.trialFolder(trial)) == known else { return }
        }
        let path = folder.checkpointPath(trial: trial, kind)
        guard kind == .last else { return try CheckpointFile.remove(path) }
        let previous = folder.previousCheckpointPath(trial: trial, kind)
        if restoresPrevious { return try CheckpointFile.move(previous, to: path) }
        try CheckpointFile.remove(path)
        try CheckpointFile.remove(previous)
    }

    /// A trial that is over will not fall back to the `last` before the newest.
    mutating func finishTrial(_ trial: Int) {
        guard withPrevious.remove(trial) != nil, (try? folder.check()) != nil else { return }
        try? CheckpointFile.remove(folder.previousCheckpointPath(trial: trial, .last))
    }

    /// Drops what has arrived of an attempt's files.
    mutating func discard(_ id: AttemptID) {
        for kind in StoredFile.Kind.allCases {
            staged.removeValue(forKey: UploadKey(id: id, kind: kind))?.discard()
            guard (try? folder.check()) != nil else { continue }
            try? CheckpointFile.remove(folder.incomingPath(id, kind))
        }
    }

    /// A piece of a checkpoint, which is verified before its first one; nil where it cannot be read, or is another.
    func read(_ chunk: Chunk, of trial: Int) -> [UInt8]? {
        let path = folder.checkpointPath(trial: trial, chunk.file.kind)
        if chunk.offset == 0 {
            guard (try? CheckpointFile.isWhole(chunk.file, at: path)) == true else { return nil }
        }
        return try? StoredBytes.read(path, from: chunk.offset, count: Chunk.size)
    }
}
