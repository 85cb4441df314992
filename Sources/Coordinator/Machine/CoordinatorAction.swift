import Experiments
package import Studies
package import Schema

/// What the coordinator's state machine wants done; the driver does it, in order.
package enum CoordinatorAction: Hashable, Sendable {
    /// Add to a study's journal; `encoded` are the record's bytes where they are known.
    case append(StudyID, JournalRecord, encoded: [UInt8])
    /// Send when everything appended so far is durable; nothing of it may be claimed earlier.
    case send(CoordinatorMessage, to: PeerID)
    /// Send, with a piece of a file, at once.
    case sendBytes(CoordinatorMessage, [UInt8], to: PeerID)
    /// Hand to a study's storage executors.
    case store(StudyID, StorageWork)
    /// The same when everything appended to the study so far is durable.
    case storeWhenDurable(StudyID, StorageWork)
    /// The study is the one that it is about; nil where it is about none.
    case notify(StudyID?, CoordinatorEvent)
    /// All studies are over, or were interrupted and everything that runs has been handed back.
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
    case workerLost(worker: String, process: ProcessEnd? = nil)
    case workerRefused(worker: String, reason: String)
    /// Nothing has been heard of it for longer than is usual.
    case workerSuspect(worker: String, silentSeconds: Double)
    /// A suspect one has been heard again.
    case workerBack(worker: String)
    /// Trials keep dying on this host: it is given nothing more while others work.
    case hostDistrusted(host: String, failures: Int)
    case trialStarted(AttemptID, worker: String, fromEpoch: Int)
    /// The trial had been trained further, but there is no checkpoint to go on from.
    case trialBegunAnew(AttemptID, reason: String)
    /// A dead worker has left a checkpoint of it on this worker's machine.
    case trialTakenOver(AttemptID, worker: String)
    case epochFinished(EpochResult)
    case progress([Progress])
    /// The attempt is over, the trial is not.
    case trialReturned(AttemptID, reason: JournalRecord.AttemptEnded.Reason, process: ProcessEnd? = nil)
    case trialFinished(TrialOutcome)
    /// A failed trial is let try again.
    case trialRetried(trial: Int)
    case uploadRefused(AttemptID, reason: String)
    /// A stored checkpoint is no longer what was stored.
    case checkpointDamaged(trial: Int, StoredFile)
    /// A checkpoint was given up for the byte budget.
    case checkpointRemoved(trial: Int, StoredFile.Kind, bytes: Int)
    /// The checkpoints take more than the budget, and none of them may be given up.
    case checkpointBudgetExceeded(bytes: Int, budget: Int)
    /// Something that is no message came in.
    case messageRefused(String)
    /// Trials are no longer given out, or are again.
    case paused(Bool)
    /// Nothing can be made durable: nothing is acknowledged or given out until it can.
    case diskTrouble(String)
    case diskRecovered
    /// A worker's spool takes nothing more: it trains on without new checkpoints, and no trial ends there before it does.
    case spoolTrouble(worker: String, reason: String)
    case spoolRecovered(worker: String)
    case draining(CoordinatorMessage.Drain.Reason)
    /// The study's folder can hold no control socket.
    case cannotBeSteered(String)
    /// Lines of trials' logs are left out, since the disk does not take them.
    case logTrouble(String)
}
