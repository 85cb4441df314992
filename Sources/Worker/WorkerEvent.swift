import Experiments
package import Studies
package import Schema

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

/// Sees from the messages that come and go what is worth telling, each thing once however often it is repeated.
package struct WorkerEventDetector {
    private var generation: Int?
    private var isLost = false
    private var isDraining = false
    private var taken: Set<AttemptID> = []
    private var recalled: Set<AttemptID> = []

    package init() {}

    package mutating func hears(_ message: CoordinatorMessage) -> WorkerEvent? {
        switch message {
        case .welcome(let welcome):
            defer { (generation, isLost) = (welcome.generation, false) }
            guard let known = generation else {
                return .connected(study: welcome.study, generation: welcome.generation)
            }
            guard isLost || known != welcome.generation else { return nil }
            return .reconnected(
                study: welcome.study, generation: welcome.generation, isNewCoordinator: known != welcome.generation)
        case .refused(let refused):
            return .refused(reason: refused.reason)
        case .assign(let assign):
            guard taken.insert(assign.id).inserted else { return nil }
            return .trialTaken(assign.id, fromEpoch: assign.resumedEpoch)
        case .abandon(let id):
            return forget(id) ? .trialAbandoned(id) : nil
        case .recall(let id), .prune(let id):
            return taken.contains(id) && recalled.insert(id).inserted ? .trialRecalled(id) : nil
        case .drain(let drain):
            defer { isDraining = true }
            return isDraining ? nil : .draining(drain.reason)
        case .whoAreYou, .heartbeat, .experiment, .epochStored, .received, .fileStored, .chunk, .dataFiles, .dataChunk,
            .outcomeStored:
            return nil
        }
    }

    package mutating func says(_ message: WorkerMessage) -> WorkerEvent? {
        switch message {
        case .finished(let outcome): forget(outcome.id) ? .trialFinished(outcome) : nil
        case .handBack(let id): forget(id) ? .trialHandedBack(id) : nil
        default: nil
        }
    }

    package mutating func reconnects() -> WorkerEvent? {
        defer { isLost = true }
        return isLost || generation == nil ? nil : .lost
    }

    private mutating func forget(_ id: AttemptID) -> Bool {
        recalled.remove(id)
        return taken.remove(id) != nil
    }
}

/// What a worker has trained and no coordinator has acknowledged when the worker ended.
package struct WorkerLeftovers: Hashable, Sendable {
    /// The worker's spool.
    package let spool: String
    /// Trials whose newest checkpoint stays in the spool.
    package let kept: [Int]
    /// Trials of which the spool has nothing: what was trained since the coordinator's last checkpoint is lost.
    package let lost: [Int]

    package init(spool: String, kept: [Int], lost: [Int]) {
        self.spool = spool
        self.kept = kept
        self.lost = lost
    }

    /// One line for a person.
    package var description: String {
        func trials(_ numbers: [Int]) -> String {
            "trial\(numbers.count == 1 ? "" : "s") \(numbers.map(String.init).joined(separator: ", "))"
        }
        let stays =
            kept.isEmpty
            ? nil
            : "\(trials(kept)) stay\(kept.count == 1 ? "s" : "") in \(spool), and the next worker of this study on this "
                + "machine goes on from there"
        let loses =
            lost.isEmpty
            ? nil : "\(trials(lost)) lose\(lost.count == 1 ? "s" : "") what the coordinator does not have yet"
        return "the coordinator has not acknowledged all that was trained: "
            + [stays, loses].compactMap { $0 }.joined(separator: "; ")
    }
}
