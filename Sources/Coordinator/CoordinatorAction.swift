package import Experiments
package import Wire

/// The routing id that the ROUTER socket gave a connection.
package typealias PeerID = [UInt8]

/// What the coordinator's state machine wants done; the loop does it, in order.
package enum CoordinatorAction: Hashable, Sendable {
    /// Add to the journal.
    case append(JournalRecord)
    /// Send when everything appended so far is durable; `nothing before` may be claimed earlier.
    case send(CoordinatorMessage, to: PeerID)
    /// Write a chunk of an upload to its staging file; offset 0 begins it anew.
    case stage(Chunk, bytes: [UInt8])
    /// Verify a whole upload, put it in its place, and report with `uploadStored` or `uploadRefused`.
    case publish(Chunk, from: PeerID)
    /// Drop what was staged of this attempt's uploads.
    case discardUploads(AttemptID)
    /// Read a chunk of a stored checkpoint, and send it.
    case sendFile(Chunk, to: PeerID)
    case notify(CoordinatorEvent)
    /// The study is over, or was interrupted and everything that runs has been handed back.
    case finish(StudyEnd)
}

/// Why a coordinator ends.
package enum StudyEnd: Hashable, Sendable {
    case finished
    case interrupted
}

/// What an onlooker wants to know.
package enum CoordinatorEvent: Hashable, Sendable {
    case workerJoined(worker: String, host: String, slots: Int)
    case workerLeft(worker: String)
    case workerLost(worker: String)
    case workerRefused(worker: String, reason: String)
    case trialStarted(AttemptID, worker: String, fromEpoch: Int)
    case epochFinished(EpochResult)
    case progress([Progress])
    /// The attempt is over, the trial is not.
    case trialReturned(AttemptID, reason: JournalRecord.AttemptEnded.Reason)
    case trialFinished(TrialOutcome)
    case uploadRefused(AttemptID, reason: String)
    /// Something that is no message came in.
    case messageRefused(String)
    case draining(CoordinatorMessage.Drain.Reason)
    /// The study's folder can hold no control socket.
    case cannotBeSteered(String)
    /// Lines of trials' logs are left out, since the disk does not take them.
    case logTrouble(String)
}
