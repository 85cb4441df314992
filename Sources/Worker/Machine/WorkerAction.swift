package import Experiments
package import Wire

/// What the worker's state machine wants done; the loop does it, in order.
package enum WorkerAction: Hashable, Sendable {
    case send(WorkerMessage, bytes: [UInt8] = [])

    // MARK: Epoch results

    /// Keep a result in the spool.
    case keepResult(EpochResult)
    /// Send the kept results of these epochs.
    case sendResults(AttemptID, ClosedRange<Int>)
    /// Forget the kept results up to this epoch.
    case dropResults(AttemptID, through: Int)

    // MARK: Checkpoints

    /// Send, as an `upload`, the piece of a checkpoint that begins at the chunk's offset.
    case sendPiece(Chunk, of: SpooledFile)
    /// Copy a checkpoint into the study's folder, durably, and report `placed`.
    case place(AttemptID, SpooledFile)
    /// Look whether the study's folder is here, and report `sharedFolder`.
    case findSharedFolder(CoordinatorMessage.SharedFolder)
    /// Copy `last.h5` out of the study's folder into the spool, and report `checkpoint`.
    case takeShared(AttemptID, SpooledFile)
    /// Add a downloaded piece to the file; at offset 0 it begins anew. After the last one, report `checkpoint`.
    case keep(Chunk, bytes: [UInt8], in: SpooledFile)
    /// Remove a checkpoint from the spool, whole or not.
    case discard(SpooledFile)

    // MARK: Data sets

    /// Look whether the trial's data are here, and report `data`.
    case findData(CoordinatorMessage.Assign)
    /// Check the list, look which files are whole, and report `dataBegun`.
    case beginData(CoordinatorMessage.DataFiles)
    /// Write a piece of a file; after its last one, report `dataFile`.
    case keepData(CoordinatorMessage.DataChunk, bytes: [UInt8])
    /// All files are whole: let others have them, and report `dataFinished`.
    case finishData(String)
    /// Nobody waits for these data any more: let another process fetch them.
    case leaveData(String)

    // MARK: Slots

    /// Train this on a free slot; `checkpoint` is the `last.h5` to go on from, which is then the slot's to remove.
    case start(CoordinatorMessage.Assign, checkpoint: SpooledFile?)
    /// Let the attempt save what it has, and end.
    case pause(AttemptID)
    /// Let the attempt end at once; nothing of it counts.
    case abandon(AttemptID)

    /// Drop the connection and make a new one.
    case reconnect
    case exit(WorkerEnd)
}
