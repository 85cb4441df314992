import Experiments
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

    func append(_ record: JournalRecord) throws(StudyStoreError) {
        try journal.append(record)
        if case .trialFinished(let finished) = record { files.finishTrial(finished.outcome.id.trial) }
        logs.note(record, unix: StudyClock.unix)
    }

    func commit() throws(StudyStoreError) { try journal.commit() }

    mutating func stage(_ chunk: Chunk, _ bytes: [UInt8]) throws(StudyStoreError) { files.stage(chunk, bytes) }

    mutating func publish(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        try files.publish(Chunk(id: id, file: file, offset: file.size))
    }

    mutating func adopt(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        try files.publish(placed: file, by: id)
    }

    mutating func discard(_ id: AttemptID) { files.discard(id) }

    /// What cannot be removed takes room, and does no other harm.
    func remove(trial: Int, _ kind: StoredFile.Kind) {
        try? files.remove(trial: trial, kind)
    }

    func read(_ chunk: Chunk) -> [UInt8]? { files.read(chunk) }

    func probe(_ bytes: Int) throws(StudyStoreError) {
        guard bytes > 0 else { return }
        try RoomProbe.check(bytes, in: folder)
    }

    func dataFiles(_ digest: String, from offset: Int) -> CoordinatorMessage.DataFiles? {
        data?.list(digest, from: offset)
    }

    func readData(_ chunk: CoordinatorMessage.DataChunk) -> [UInt8]? { data?.read(chunk) }
}
