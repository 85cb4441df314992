package import Experiments
package import StudyStore
package import Wire

/// Where a coordinator keeps what must outlive it, and reads what it serves.
package protocol CoordinatorDisk {
    /// Adds a record to those that the next ``commit()`` makes durable.
    mutating func append(_ record: JournalRecord) throws(StudyStoreError)
    /// Makes all appended records durable; where it throws, they stay appended and a later call tries them again.
    mutating func commit() throws(StudyStoreError)
    /// Adds a piece to an upload; offset 0 begins it anew.
    mutating func stage(_ chunk: Chunk, _ bytes: [UInt8]) throws(StudyStoreError)
    /// Verifies a whole upload and puts it in its place, durably. What stood there before stays readable until a record
    /// that names the new one is durable: between the two a crash may come.
    mutating func publish(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError)
    /// The same for a file that a worker has put into the study's folder.
    mutating func adopt(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError)
    /// Drops what was staged of an attempt's uploads.
    mutating func discard(_ id: AttemptID)
    /// - Parameter restoresPrevious: whether the checkpoint before it takes its place.
    mutating func remove(trial: Int, _ kind: StoredFile.Kind, restoresPrevious: Bool)
    /// A piece of a stored checkpoint; nil where it cannot be read, or is found to be damaged.
    func read(_ chunk: Chunk) -> [UInt8]?
    /// Whether there is room for so many bytes, and the right to write them, beside the file of this name.
    mutating func probe(_ bytes: Int, beside path: String) throws(StudyStoreError)
    /// As much of a data set's list as a message holds, from a place in it on; nil where nothing can be said yet.
    func dataFiles(_ digest: String, from offset: Int) -> CoordinatorMessage.DataFiles?
    func readData(_ chunk: CoordinatorMessage.DataChunk) -> [UInt8]?
}
