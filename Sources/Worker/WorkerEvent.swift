package import Experiments
package import Wire

/// What somebody who watches a worker wants to know.
package enum WorkerEvent: Hashable, Sendable {
    case connected(study: String, generation: Int)
    /// The coordinator has not been heard for a lease; what is trained goes on.
    case lost
    case reconnected(study: String, generation: Int, isNewCoordinator: Bool)
    case refused(reason: String)
    case trialTaken(AttemptID, fromEpoch: Int)
    case trialFinished(TrialOutcome)
    /// Saved and given back, to go on elsewhere.
    case trialHandedBack(AttemptID)
    /// The coordinator has given it to another worker, or does not want it any more.
    case trialAbandoned(AttemptID)
    /// The coordinator wants it saved and given back.
    case trialRecalled(AttemptID)
    case draining(CoordinatorMessage.Drain.Reason)
    /// Data that are not here are asked for; their digest, and their size as a whole.
    case fetchingData(String, bytes: Int)
    /// The spool takes nothing more: training goes on without new checkpoints.
    case spoolFull(reason: String)
    case spoolRecovered
    /// Something came that is no message of a coordinator.
    case messageRefused(reason: String)
}
