import Experiments
import Studies
import Testing
import Schema
import Worker

/// What a worker tells of itself: each thing once, however often its message is repeated.
@Suite struct WorkerEventDetectorTests {
    private let id = AttemptID(trial: 3, attempt: 1)
    private let assign = CoordinatorMessage.Assign(
        id: AttemptID(trial: 3, attempt: 1), seed: 1, experiment: "", dataDigest: "",
        resume: .init(kind: .last, epoch: 4, size: 1, sha256: ""))

    private func welcome(_ generation: Int) -> CoordinatorMessage {
        .welcome(.init(generation: generation, study: "s", heartbeatSeconds: 1, leaseSeconds: 15))
    }

    @Test func tellsOfConnections() {
        var detector = WorkerEventDetector()
        #expect(detector.reconnects() == nil, "nobody was there before")
        #expect(detector.hears(welcome(1)) == .connected(study: "s", generation: 1))
        #expect(detector.hears(welcome(1)) == nil, "the answer to a repeated hello")
        #expect(detector.reconnects() == .lost)
        #expect(detector.reconnects() == nil)
        #expect(detector.hears(welcome(1)) == .reconnected(study: "s", generation: 1, isNewCoordinator: false))
        #expect(detector.hears(welcome(2)) == .reconnected(study: "s", generation: 2, isNewCoordinator: true))
    }

    @Test func tellsOfTrials() {
        var detector = WorkerEventDetector()
        #expect(detector.hears(.assign(assign)) == .trialTaken(id, fromEpoch: 4))
        #expect(detector.hears(.assign(assign)) == nil)
        #expect(detector.hears(.recall(id)) == .trialRecalled(id))
        #expect(detector.hears(.recall(id)) == nil)
        #expect(detector.says(.handBack(id)) == .trialHandedBack(id))
        #expect(detector.says(.handBack(id)) == nil)
        #expect(detector.hears(.abandon(id)) == nil, "it has it no longer")
        let outcome = TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: 5)
        #expect(detector.hears(.assign(assign)) == .trialTaken(id, fromEpoch: 4))
        #expect(detector.says(.finished(outcome)) == .trialFinished(outcome))
        #expect(detector.says(.finished(outcome)) == nil)
    }

    @Test func tellsOfTheEnd() {
        var detector = WorkerEventDetector()
        #expect(detector.hears(.assign(assign)) != nil)
        #expect(detector.hears(.abandon(id)) == .trialAbandoned(id))
        #expect(detector.hears(.drain(.init(reason: .interrupted))) == .draining(.interrupted))
        #expect(detector.hears(.drain(.init(reason: .interrupted))) == nil)
        #expect(detector.hears(.refused(.init(reason: "r"))) == .refused(reason: "r"))
    }
}
