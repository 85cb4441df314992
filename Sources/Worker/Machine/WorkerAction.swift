import Experiments
package import Studies
package import Schema

/// What the worker's state machine wants done; the loop does it, in order.
package enum WorkerAction: Hashable, Sendable {
    case send(WorkerMessage, bytes: [UInt8] = [])

    // MARK: Rows

    /// Keep a row in the spool.
    case keepRow(EncodedRow)
    /// Read the kept rows of these epochs, and report `rows`.
    case readRows(AttemptID, ClosedRange<Int>)
    /// Forget the kept rows up to this epoch.
    case dropRows(AttemptID, through: Int)

    // MARK: Checkpoints

    /// Read the bytes of a checkpoint from the chunk's offset on, and report `piece`.
    case readPiece(Chunk, count: Int, of: SpooledFile)
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

    // MARK: Experiments and data sets

    /// Read a study's experiment, and report `experiment`.
    case keepExperiment(CoordinatorMessage.StudyExperiment)
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
    /// The same where nobody is to go on with it.
    case prune(AttemptID)
    /// Let the attempt end at once; nothing of it counts.
    case abandon(AttemptID)

    /// Drop the connection and make a new one.
    case reconnect
    case exit(WorkerEnd)
}

/// What became of the actions that touch files: the loop's answers.
package enum StorageEvent: Hashable, Sendable {
    /// To `.readRows`.
    case rows(AttemptID, [EncodedRow])
    /// To `.readPiece`.
    case piece(Chunk, bytes: [UInt8])
    /// To `.keepExperiment`, by its digest: what is wrong with it; nil where it can be used.
    case experiment(String, mistake: String?)
    /// To `.findSharedFolder`: whether the file of the welcome holds this nonce here.
    case sharedFolder(nonce: String, isHere: Bool)
    /// To `.place`: whether the copy is whole and durable in the study's folder.
    case placed(AttemptID, SpooledFile, Bool)
    /// To `.takeShared`, and to the `.keep` of a download's last piece; nil where the bytes are not those announced.
    case checkpoint(AttemptID, SpooledFile?)
    /// To `.findData`.
    case data(AttemptID, DataPresence)
    /// To `.beginData`: the files that are not whole here, in the order in which they are to be asked for.
    case dataBegun(String, [DataDownload.File])
    /// To the `.keepData` of a file's last piece: whether the file is what the list says.
    case dataFile(String, path: String, isWhole: Bool)
    /// To `.finishData`: all files are whole and in their place.
    case dataFinished(String)
    /// To any action on a data set's files: they cannot be kept here, and why.
    case dataFailed(String, reason: String)
}

/// Whether a data set is on this machine.
package enum DataPresence: Hashable, Sendable {
    case here
    /// It is to be fetched, by this process and no other, or is being fetched by it.
    case missing
    /// Another process of this machine is fetching it.
    case busy
}

/// A checkpoint that lies in this worker's spool: what it is, and the name under which it lies there.
package struct SpooledFile: Hashable, Sendable {
    package var file: StoredFile
    /// Within the spool's folder; no two checkpoints have the same one.
    package var name: String
    /// Where the files within it lie, as far as that is known.
    package var parts: [Part]

    /// A file within a checkpoint.
    package struct Part: Hashable, Sendable {
        package var sha256: String
        package var offset: Int
        package var size: Int

        package init(sha256: String, offset: Int, size: Int) {
            self.sha256 = sha256
            self.offset = offset
            self.size = size
        }
    }

    package init(file: StoredFile, name: String, parts: [Part] = []) {
        self.file = file
        self.name = name
        self.parts = parts
    }

    /// The checkpoint that an attempt goes on from, as it comes down.
    static func resumed(_ file: StoredFile, by id: AttemptID) -> SpooledFile {
        SpooledFile(file: file, name: "\(Spool.name(of: id))-resume.h5")
    }
}

/// Why a worker ends.
package enum WorkerEnd: Hashable, Sendable {
    /// The coordinator has nothing more to do.
    case finished
    /// It was told to stop, and has saved what it trained.
    case interrupted
    /// It has worked for as long as it was to; what it trained is saved.
    case timeLimit
    /// It has taken as many trials as it was to.
    case countReached
    /// There was nothing to do for as long as it was to wait.
    case idle
    /// No coordinator answered for so long.
    case unreachable(after: Duration)
    /// The coordinator that had started it has died.
    case orphaned
    /// The coordinator does not want this worker.
    case refused(String)
    /// A thread does not leave the attempt that was taken from it: only the process's end frees its slot.
    case stuck(AttemptID)
    /// The data of a trial cannot be had on this machine.
    case noData(String)
}
