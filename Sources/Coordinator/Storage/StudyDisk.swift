import Experiments
import Files
import Glibc
import StudyStore
import Wire

/// The study's folder: its journal and its checkpoints; and the data that workers may fetch.
struct StudyDisk: CoordinatorDisk {
    let folder: StudyFolder
    let journal: Journal
    var files: CheckpointFiles
    let logs: TrialLogs
    /// What workers may fetch; nil where nothing is served.
    let data: DataFiles?
    /// Trials whose end is not durable yet.
    private var ending: [Int] = []

    init(folder: StudyFolder, journal: Journal, files: CheckpointFiles, logs: TrialLogs, data: DataFiles?) {
        self.folder = folder
        self.journal = journal
        self.files = files
        self.logs = logs
        self.data = data
    }

    mutating func append(_ record: JournalRecord) throws(StudyStoreError) {
        try journal.append(record)
        if case .trialFinished(let finished) = record { ending.append(finished.outcome.id.trial) }
        logs.note(record, unix: StudyClock.unix)
    }

    mutating func commit() throws(StudyStoreError) {
        try journal.commit()
        ending.forEach { files.finishTrial($0) }
        ending.removeAll(keepingCapacity: true)
    }

    mutating func stage(_ chunk: Chunk, _ bytes: [UInt8]) throws(StudyStoreError) { files.stage(chunk, bytes) }

    mutating func publish(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        try files.publish(Chunk(id: id, file: file, offset: file.size))
    }

    mutating func adopt(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        try files.publish(placed: file, by: id)
    }

    mutating func discard(_ id: AttemptID) { files.discard(id) }

    /// A failed removal only wastes space.
    func remove(trial: Int, _ kind: StoredFile.Kind, restoresPrevious: Bool) {
        try? files.remove(trial: trial, kind, restoresPrevious: restoresPrevious)
    }

    /// Serves a file only after its digest was verified.
    func read(_ chunk: Chunk) -> [UInt8]? {
        if chunk.offset == 0 {
            let path = folder.checkpointPath(trial: chunk.id.trial, chunk.file.kind)
            guard (try? CheckpointFile.isWhole(chunk.file, at: path)) == true else { return nil }
        }
        return files.read(chunk)
    }

    func probe(_ bytes: Int, beside path: String) throws(StudyStoreError) {
        try folder.check()
        guard bytes > 0 else { return }
        try RoomProbe.check(bytes, beside: path, in: folder)
    }

    func dataFiles(_ digest: String, from offset: Int) -> CoordinatorMessage.DataFiles? {
        data?.list(digest, from: offset)
    }

    func readData(_ chunk: CoordinatorMessage.DataChunk) -> [UInt8]? { data?.read(chunk) }
}

/// Finds out whether a disk that was in trouble takes files again.
enum RoomProbe {
    /// Reserves so many bytes where a file could not be written, and gives them back.
    ///
    /// - Parameters:
    ///   - path: of that file; where its folder is missing, the one above it is tried, in which it is to be made.
    ///   - folder: the study's, beyond which nothing is tried.
    /// - Throws: ``StudyStoreError`` with the `errno`.
    static func check(_ bytes: Int, beside path: String, in folder: StudyFolder) throws(StudyStoreError) {
        var names = path.hasPrefix("\(folder.path)/") ? path.dropFirst(folder.path.count).split(separator: "/") : []
        while true {
            _ = names.popLast()
            // The ending is that of the files which a study's next lock removes.
            let place = ([folder.root] + names.map(String.init) + [".room.part"]).joined(separator: "/")
            do throws(StudyStoreError) {
                return try reserve(bytes, at: place)
            } catch {
                guard error.systemError == ENOENT, !names.isEmpty else { throw error }
            }
        }
    }

    private static func reserve(_ bytes: Int, at path: String) throws(StudyStoreError) {
        let file = try OpenFile<StudyStoreError>(path, O_WRONLY | O_CREAT, mode: 0o600)
        defer { unlink(path) }
        try file.reserve(bytes)
    }
}
