import Experiments
package import Wire

/// Sees from the messages that come and go what is worth telling, each thing once however often it is repeated.
package struct WorkerWitness {
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
            return .trialTaken(assign.id, fromEpoch: assign.resume?.epoch ?? 0)
        case .abandon(let id):
            return forget(id) ? .trialAbandoned(id) : nil
        case .recall(let id):
            return taken.contains(id) && recalled.insert(id).inserted ? .trialRecalled(id) : nil
        case .drain(let drain):
            defer { isDraining = true }
            return isDraining ? nil : .draining(drain.reason)
        case .whoAreYou, .heartbeat, .epochStored, .received, .fileStored, .chunk, .dataFiles, .dataChunk,
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
