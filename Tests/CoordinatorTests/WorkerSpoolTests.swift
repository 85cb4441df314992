import Coordinator
import Experiments
import Studies
import Testing
import Schema

/// What a coordinator makes of what workers say about their spools.
@Suite struct WorkerSpoolTests {
    private let id = AttemptID(trial: 0, attempt: 1)

    private func beat(_ sequence: Int, _ trouble: String?, stage: String? = nil) -> WorkerMessage {
        .heartbeat(
            .init(
                sequence: sequence, heard: sequence - 1, slots: 0, progress: [Progress(id, stage: stage)],
                trouble: trouble))
    }

    @Test func aFullSpoolIsToldOnceAndShownUntilItIsOver() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let told = CoordinatorAction.notify(nil, .spoolTrouble(worker: "host-1-1", reason: "full"))
        #expect(coordinator.send(beat(1, "full"), from: [1]).contains(told))
        #expect(!coordinator.send(beat(2, "full"), from: [1]).contains(told))
        #expect(coordinator.status.workers[0].spoolTrouble == "full")
        // A new connection is no end of it.
        coordinator.join([2], name: "host-1-1", running: [id], asks: false)
        #expect(coordinator.status.workers[0].spoolTrouble == "full")
        let over = CoordinatorAction.notify(nil, .spoolRecovered(worker: "host-1-1"))
        #expect(coordinator.send(beat(1, nil), from: [2]).contains(over))
        #expect(coordinator.status.workers[0].spoolTrouble == nil)
    }

    @Test(arguments: [("waiting", false), (nil, true)])
    func aTrialThatWaitsForRoomDoesNotHang(stage: String?, isHung: Bool) throws {
        var settings = CoordinatorSettings()
        settings.pool.progressLimit = .seconds(60)
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1])
        var sequence = 0
        let actions = coordinator.wait(.seconds(300)) { coordinator in
            sequence += 1
            coordinator.send(beat(sequence, "full", stage: stage), from: [1])
        }
        #expect((coordinator.study.trials[0].lostAttempts > 0) == isHung, "\(actions.ended(.hung))")
    }

    private func hello(_ kept: [WorkerMessage.Hello.Kept]) -> WorkerMessage {
        var hello = WorkerMessage.Hello(
            protocolVersion: protocolVersion, worker: "host-2-2", program: "", host: "host", slots: 1, environment: [:],
            running: [])
        hello.kept = kept
        return .hello(hello)
    }

    /// The old worker's lease is not over yet, or a new coordinator still waits for it.
    @Test(arguments: [false, true])
    func whatADeadWorkerHasLeftGoesToTheNextOneThereAtOnce(isRestarted: Bool) throws {
        var coordinator = try PlayedCoordinator(trials: 3)
        coordinator.join([1])
        if isRestarted { coordinator = try PlayedCoordinator(trials: 3, generation: 2, after: coordinator.records) }
        #expect(coordinator.study.trials[0].phase == .running)
        let actions = coordinator.send(hello([.init(worker: "host-1-1", id: id)]), from: [2])
        #expect(actions.ended(.handedBack) == [id])
        // Not the lowest that waits: a third one goes to somebody else.
        coordinator.join([3], name: "other-3-3", asks: false)
        let given = coordinator.send(.ready(.init(slots: 1)), from: [2])
        let next = AttemptID(trial: 0, attempt: 2)
        #expect(given.assigned(to: [2]) == [next])
        #expect(given.contains(.notify(.trialTakenOver(next, worker: "host-2-2"))))
    }

    @Test func whatIsNoWorkOfThisStudyChangesNothing() throws {
        var coordinator = try PlayedCoordinator(trials: 2)
        coordinator.join([1])
        let strange: [WorkerMessage.Hello.Kept] = [
            .init(worker: "host-9-9", id: id), .init(worker: "host-1-1", id: .init(trial: 0, attempt: 2)),
            .init(worker: "host-1-1", id: .init(trial: 7, attempt: 1)),
        ]
        let actions = coordinator.send(hello(strange), from: [2])
        #expect(actions.ended(.handedBack) == [] && coordinator.study.trials[0].phase == .running)
        #expect(
            coordinator.send(.ready(.init(slots: 1)), from: [2]).assigned(to: [2]) == [.init(trial: 1, attempt: 1)])
    }
}
