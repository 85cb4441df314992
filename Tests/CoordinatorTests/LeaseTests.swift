import Coordinator
import Experiments
import Studies
import Testing
import Schema

@Suite struct LeaseTests {
    private let first = AttemptID(trial: 0, attempt: 1)

    @Test func aSilentWorkersTrialGoesToAnotherAfterTheLease() throws {
        var coordinator = try PlayedCoordinator()
        #expect(coordinator.join([1]).assigned(to: [1]) == [first])
        coordinator.join([2])
        coordinator.wait(.seconds(14)) { $0.beat([2], slots: 1) }
        #expect(coordinator.study.trials[0].id == first)
        let actions = coordinator.wait(.seconds(2)) { $0.beat([2], slots: 1) }
        #expect(actions.ended(.lost) == [first])
        #expect(actions.assigned(to: [2]) == [AttemptID(trial: 0, attempt: 2)])
    }

    @Test func aRevokedWorkersTrialGoesToAnotherAtOnceAndIsNotToBlame() throws {
        var settings = CoordinatorSettings()
        settings.study.maximumFailedAttempts = 1
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1], host: "bad")
        coordinator.join([2])
        let actions = coordinator.revoke("bad-1-1")
        #expect(actions.ended(.revoked) == [first])
        #expect(actions.assigned(to: [2]) == [AttemptID(trial: 0, attempt: 2)])
        #expect(coordinator.study.trials[0].lostAttempts == 0)
        #expect(coordinator.revoke("bad-1-1").isEmpty, "it has gone")
    }

    @Test func whatALostWorkerStillSaysIsFencedOff() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.wait(.seconds(16))
        let late = Row(id: first, epoch: 1, metrics: [:], learningRate: 0, elapsedSeconds: 0)
        #expect(coordinator.send(.epochFinished(late), from: [1]) == [.send(.whoAreYou(.init()), to: [1])])
        let back = coordinator.join([1], running: [first], asks: false)
        #expect(back.contains(.send(.abandon(first), to: [1])))
        #expect(coordinator.send(.epochFinished(late), from: [1]) == [.send(.abandon(first), to: [1])])
        #expect(coordinator.study.trials[0].history.isEmpty)
    }

    @Test func heartbeatsKeepTheLease() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let first = first
        coordinator.wait(.seconds(100)) { $0.beat([1], [Progress(first)]) }
        #expect(coordinator.study.trials[0].id == first && coordinator.study.trials[0].phase == .running)
    }

    @Test func aHeartbeatThatComesWithAResultIsAnsweredWithIt() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let first = first
        func result(_ epoch: Int, _ sequence: Int) -> WorkerMessage {
            .epochFinished(
                Row(id: first, epoch: epoch, metrics: [:], learningRate: 0, elapsedSeconds: 0),
                heartbeat: .init(sequence: sequence, heard: sequence - 1, slots: 0, progress: [Progress(first)]))
        }
        let actions = coordinator.send(result(1, 1), from: [1])
        #expect(actions.contains(.send(.epochStored(.init(id: first, epoch: 1, answers: 1)), to: [1])))
        #expect(actions.contains(.notify(.progress([Progress(first)]))), "it is a heartbeat as any other")
        #expect(!actions.contains(.send(.heartbeat(.init(generation: 1, answers: 1)), to: [1])))
        // A result that leaves a gap is not acknowledged; who sent it is heard all the same.
        #expect(
            coordinator.send(result(3, 2), from: [1]).contains(
                .send(.heartbeat(.init(generation: 1, answers: 2)), to: [1])))
        // Its numbers are those of all heartbeats.
        let deaf = coordinator.send(
            .heartbeat(.init(sequence: 40, heard: 2, slots: 0, progress: [Progress(first)])), from: [1])
        #expect(deaf.ended(.lost) == [first])
    }

    @Test func aWorkerThatHearsNothingIsGivenUp() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let first = first
        let actions = coordinator.wait(.seconds(20)) { $0.beat([1], isDeaf: true, [Progress(first)]) }
        #expect(actions.ended(.lost) == [first])
        #expect(actions.contains(.notify(nil, .workerLost(worker: "host-1-1"))))
    }

    @Test func hellosAloneRenewNoLease() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let first = first
        let actions = coordinator.wait(.seconds(20)) { $0.join([1], running: [first], asks: false) }
        #expect(actions.ended(.lost) == [first])
        // Nor on a new connection each time.
        var number: UInt8 = 1
        var other = try PlayedCoordinator()
        other.join([1], name: "w-1-1")
        let more = other.wait(.seconds(20)) {
            number += 1
            $0.join([number], name: "w-1-1", running: [first], asks: false)
        }
        #expect(more.ended(.lost) == [first])
    }

    @Test func aSuspectGetsNothingNew() throws {
        var coordinator = try PlayedCoordinator(trials: 2)
        coordinator.join([1])
        coordinator.join([2])
        coordinator.join([3])
        coordinator.wait(.seconds(4))
        // The third has been silent; the first hands back what it has.
        let actions = coordinator.send(.handBack(first), from: [1])
        #expect(actions.ended(.handedBack) == [first])
        #expect(coordinator.study.counts.waiting == 1)
        #expect(coordinator.beat([3], slots: 1).assigned(to: [3]) == [AttemptID(trial: 0, attempt: 2)])
    }

    @Test func anAssignmentThatNeverArrivedIsNoFailure() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let actions = coordinator.wait(.seconds(17)) { $0.beat([1], slots: 1) }
        #expect(actions.ended(.undelivered) == [first])
        #expect(actions.assigned(to: [1]) == [AttemptID(trial: 0, attempt: 2)])
        #expect(coordinator.study.trials[0].lostAttempts == 0)
    }

    @Test func aWorkerThatLeavesFailsNothing() throws {
        var coordinator = try PlayedCoordinator(trials: 3)
        coordinator.join([1], slots: 2)
        coordinator.beat([1], slots: 1, [Progress(first)])
        // It is leaving, and gets no other trial for the one that it hands back.
        #expect(coordinator.send(.handBack(first), from: [1]).assigned(to: [1]).isEmpty)
        #expect(coordinator.send(.goodbye(.init()), from: [1]).ended(.undelivered) == [AttemptID(trial: 1, attempt: 1)])
        #expect(coordinator.study.trials.allSatisfy { $0.phase == .waiting && $0.lostAttempts == 0 })
    }

    /// Nor what it was about to start, however many slots it has free.
    @Test func whoHandsATrialBackIsNotGivenItAgain() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1], slots: 2)
        #expect(coordinator.send(.handBack(first), from: [1]).assigned(to: [1]).isEmpty)
        #expect(coordinator.beat([1], slots: 2).assigned(to: [1]) == [AttemptID(trial: 0, attempt: 2)], "it asks")
    }

    @Test func aNewConnectionThatKnowsNothingOfATrialNeverGotIt() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1], name: "w-1-1")
        #expect(coordinator.join([2], name: "w-1-1", asks: false).ended(.undelivered) == [first])
        #expect(coordinator.study.trials[0].lostAttempts == 0)
    }

    @Test func whoLostATrialIsNotTheNextToTryIt() throws {
        var settings = CoordinatorSettings()
        settings.pool.progressLimit = .seconds(30)
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1])
        coordinator.join([2], asks: false)
        let first = first
        var hung: [CoordinatorAction] = []
        while hung.ended(.hung).isEmpty, coordinator.now < .seconds(60) {
            hung = coordinator.wait(.seconds(1)) {
                $0.beat([1], [Progress(first)])
                $0.beat([2])
            }
        }
        #expect(coordinator.beat([1], slots: 1).assigned(to: [1]).isEmpty)
        #expect(coordinator.beat([2], slots: 1).assigned(to: [2]) == [AttemptID(trial: 0, attempt: 2)])
    }

    @Test func aTrainingThatHangsIsTakenBack() throws {
        var settings = CoordinatorSettings()
        settings.pool.progressLimit = .seconds(30)
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1])
        coordinator.join([2])
        let first = first
        var step = 0
        coordinator.wait(.seconds(60)) {
            step += 1
            $0.beat([1], [Progress(first, step: step)])
            $0.beat([2], slots: 1)
        }
        #expect(coordinator.study.trials[0].id == first)
        let actions = coordinator.wait(.seconds(33)) {
            $0.beat([1], [Progress(first, step: step)])
            $0.beat([2], slots: 1)
        }
        #expect(actions.ended(.hung) == [first] && actions.contains(.send(.abandon(first), to: [1])))
        #expect(coordinator.study.trials[0].worker == "host-2-1", "another worker tries it")
    }

    @Test func whatIsOnlyDeliveredDoesNotHang() throws {
        var settings = CoordinatorSettings()
        settings.pool.progressLimit = .seconds(30)
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1])
        let first = first
        coordinator.wait(.seconds(90)) { $0.beat([1], [Progress(first, stage: "delivering")]) }
        #expect(coordinator.study.trials[0].id == first && coordinator.study.trials[0].phase == .running)
    }

    @Test func aTrialThatKeepsLosingItsWorkerFails() throws {
        var settings = CoordinatorSettings()
        settings.study.maximumFailedAttempts = 3
        var coordinator = try PlayedCoordinator(settings: settings)
        for worker: UInt8 in 1...3 {
            coordinator.join([worker])
            coordinator.wait(.seconds(17))
        }
        #expect(coordinator.study.trials[0].phase == .failed)
        #expect(coordinator.study.trials[0].outcome?.error == "lost its worker 3 times")
    }

    @Test func preemptionsAreNoFailures() throws {
        var settings = CoordinatorSettings()
        settings.study.maximumFailedAttempts = 2
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1])
        coordinator.wait(.seconds(17))
        coordinator.join([2])
        for attempt in 2...6 {
            let id = AttemptID(trial: 0, attempt: attempt)
            #expect(coordinator.send(.handBack(id), from: [2]).ended(.handedBack) == [id])
            coordinator.send(.ready(.init(slots: 1)), from: [2])
        }
        #expect(coordinator.study.trials[0].phase == .running && coordinator.study.trials[0].lostAttempts == 1)
    }

    @Test func anOrphanIsTakenBackWhenItsWorkerSpeaksOfIt() throws {
        let started = JournalRecord.attemptStarted(.init(id: first, worker: "host-1-1", fromEpoch: 0, unix: 0))
        var coordinator = try PlayedCoordinator(after: [started])
        // The assignment came after the hello.
        coordinator.join([1], running: [], asks: false)
        #expect(!coordinator.beat([1], [Progress(first)]).contains(.send(.abandon(first), to: [1])))
        let first = first
        coordinator.wait(.seconds(20)) { $0.beat([1], [Progress(first)]) }
        #expect(coordinator.study.trials[0].id == first && coordinator.study.trials[0].phase == .running)
    }

    @Test func aRestartedCoordinatorWaitsForTheWorkersThatItsPredecessorKnew() throws {
        let started = (0..<2).map {
            JournalRecord.attemptStarted(
                .init(id: .init(trial: $0, attempt: 1), worker: "host-\($0)-1", fromEpoch: 0, unix: 0))
        }
        var coordinator = try PlayedCoordinator(trials: 2, generation: 2, after: started)
        #expect(
            coordinator.actions.contains(
                .append(.coordinatorStarted(.init(generation: 2, host: "", program: "", unix: 0)))))
        #expect(coordinator.status.orphans.map(\.secondsLeft) == [15, 15])
        coordinator.wait(.seconds(10))
        // Another worker does not get it by saying so.
        #expect(coordinator.join([7], running: [first], asks: false).contains(.send(.abandon(first), to: [7])))
        #expect(coordinator.beat([7], [Progress(first)]).contains(.send(.abandon(first), to: [7])))
        let back = coordinator.join([0], running: [first], asks: false)
        #expect(!back.contains(.send(.abandon(first), to: [0])))
        let actions = coordinator.wait(.seconds(6)) { $0.beat([0], [Progress(.init(trial: 0, attempt: 1))]) }
        #expect(actions.ended(.orphaned) == [AttemptID(trial: 1, attempt: 1)])
        #expect(coordinator.study.trials.map(\.lostAttempts) == [0, 0])
        #expect(coordinator.study.trials[0].id == first && coordinator.study.trials[0].phase == .running)
    }
}
