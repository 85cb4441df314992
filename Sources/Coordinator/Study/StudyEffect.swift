package import Schema
package import Studies
package import StudyStore

/// What a study wants done; whoever composes it with a pool does it, in order.
enum StudyEffect: Hashable, Sendable {
    /// Add to the journal; `encoded` are the record's bytes where they are known.
    case append(JournalRecord, encoded: [UInt8])
    /// Tell the worker that has the attempt.
    case tell(AttemptID, CoordinatorMessage)
    /// Hand to the storage executor at once.
    case store(StorageWork)
    /// Hand to the storage executor when all records so far are durable.
    case storeWhenDurable(StorageWork)
    case notify(CoordinatorEvent)
    /// The attempt is over: no worker has it any more.
    case release(AttemptID)
}

/// What a study's storage executors do, in the order in which they are asked; ``StorageAnswer`` says what came of it.
package enum StorageWork: Hashable, Sendable {
    /// Write a chunk of an upload, or what it copies of the trial's `last`, to its staging file; offset 0 begins it anew.
    /// Answers with `staged` or `failed`.
    case stage(Chunk, bytes: [UInt8])
    /// Verify a whole upload, put it in its place, durably, and answer with `stored`, `refused` or `failed`. What stood
    /// there before stays until a record that names the new one is durable.
    case publish(AttemptID, StoredFile)
    /// The same for a file that the worker has put into the study's folder under its incoming name.
    case adopt(AttemptID, StoredFile)
    /// Take back what `publish` put there: nobody wants it any more.
    case undo(AttemptID, StoredFile)
    /// Drop what was staged of this attempt's uploads.
    case discard(AttemptID)
    /// Remove a checkpoint; `restoresPrevious`: the one before it takes its place.
    case remove(trial: Int, StoredFile.Kind, restoresPrevious: Bool)
    /// The record of the newest `best` is durable: what stood there before goes.
    case settle(trial: Int)
    /// A trial that is over will not fall back to the `last` before the newest.
    case finishTrial(Int)
    /// Read a chunk of a trial's checkpoint, and answer with `read`; it is verified before its first chunk.
    case read(Chunk, ofTrial: Int)
    /// As much of a data set's list of files as a message holds, from a place in it on; answers with `listed`.
    case list(String, from: Int, PeerID)
    /// A piece of one of them; answers with `readData`.
    case readData(CoordinatorMessage.DataChunk, PeerID)
    /// Look whether there is room for so many bytes beside the file of this name; answers with `probed`.
    case probe(Int, beside: String)
    /// Add what an attempt's program has written to its trial's output.
    case output(AttemptID, [UInt8])
    /// Keep a list of packages that programs find on a worker.
    case packages([UInt8])
}

/// The upload of one of an attempt's checkpoints.
struct UploadKey: Hashable {
    var id: AttemptID
    var kind: StoredFile.Kind
}

/// What came of ``StorageWork``.
package enum StorageAnswer: Sendable {
    /// So much of the upload is written.
    case staged(Chunk)
    case stored(AttemptID, StoredFile)
    /// It was damaged on its way.
    case refused(AttemptID, StoredFile, reason: String)
    /// The disk could not take it.
    case failed(AttemptID, StoredFile, StudyStoreError)
    /// Nil where it cannot be read, or is found to be damaged.
    case read(Chunk, bytes: [UInt8]?)
    case listed(CoordinatorMessage.DataFiles, PeerID)
    case readData(CoordinatorMessage.DataChunk, bytes: [UInt8]?, PeerID)
    case probed(StudyStoreError?)
}
