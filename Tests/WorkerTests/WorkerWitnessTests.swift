import Experiments
import Testing
import Wire
import Worker

/// What a worker tells of itself: each thing once, however often its message is repeated.
@Suite struct WorkerWitnessTests {
    private let id = AttemptID(trial: 3, attempt: 1)
    private let assign = CoordinatorMessage.Assign(
        id: AttemptID(trial: 3, attempt: 1), seed: 1, experiment: "", dataDigest: "",
        resume: .init(kind: .last, epoch: 4, size: 1, sha256: ""))

    private func welcome(_ generation: Int) -> CoordinatorMessage {
        .welcome(.init(generation: generation, study: "s", heartbeatSeconds: 1, leaseSeconds: 15))
    }

    @Test func tellsOfConnections() {
        var witness = WorkerWitness()
        #expect(witness.reconnects() == nil, "nobody was there before")
        #expect(witness.hears(welcome(1)) == .connected(study: "s", generation: 1))
        #expect(witness.hears(welcome(1)) == nil, "the answer to a repeated hello")
        #expect(witness.reconnects() == .lost)
        #expect(witness.reconnects() == nil)
        #expect(witness.hears(welcome(1)) == .reconnected(study: "s", generation: 1, isNewCoordinator: false))
        #expect(witness.hears(welcome(2)) == .reconnected(study: "s", generation: 2, isNewCoordinator: true))
    }

    @Test func tellsOfTrials() {
        var witness = WorkerWitness()
        #expect(witness.hears(.assign(assign)) == .trialTaken(id, fromEpoch: 4))
        #expect(witness.hears(.assign(assign)) == nil)
        #expect(witness.hears(.recall(id)) == .trialRecalled(id))
        #expect(witness.hears(.recall(id)) == nil)
        #expect(witness.says(.handBack(id)) == .trialHandedBack(id))
        #expect(witness.says(.handBack(id)) == nil)
        #expect(witness.hears(.abandon(id)) == nil, "it has it no longer")
        let outcome = TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: 5)
        #expect(witness.hears(.assign(assign)) == .trialTaken(id, fromEpoch: 4))
        #expect(witness.says(.finished(outcome)) == .trialFinished(outcome))
        #expect(witness.says(.finished(outcome)) == nil)
    }

    @Test func tellsOfTheEnd() {
        var witness = WorkerWitness()
        #expect(witness.hears(.assign(assign)) != nil)
        #expect(witness.hears(.abandon(id)) == .trialAbandoned(id))
        #expect(witness.hears(.drain(.init(reason: .interrupted))) == .draining(.interrupted))
        #expect(witness.hears(.drain(.init(reason: .interrupted))) == nil)
        #expect(witness.hears(.refused(.init(reason: "r"))) == .refused(reason: "r"))
    }
}
