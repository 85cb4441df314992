import Coordinator
import Experiments
import Studies
import TestSupport
import Testing
import Schema

@Suite struct DispatchTests {
    private func id(_ trial: Int, _ attempt: Int = 1) -> AttemptID { .init(trial: trial, attempt: attempt) }

    @Test func whoAsksGetsTheLowestWaitingTrials() throws {
        var coordinator = try PlayedCoordinator(trials: 5)
        #expect(coordinator.join([1], slots: 2).assigned(to: [1]) == [id(0), id(1)])
        #expect(coordinator.join([2]).assigned(to: [2]) == [id(2)])
        coordinator.beat([1], [Progress(id(0)), Progress(id(1))])
        coordinator.send(.handBack(id(0)), from: [1])
        #expect(coordinator.send(.ready(.init(slots: 1)), from: [1]).assigned(to: [1]) == [id(0, 2)])
    }

    @Test func anAssignmentOnItsWayTakesASlot() throws {
        var coordinator = try PlayedCoordinator(trials: 3)
        coordinator.join([1])
        // Said before the assignment arrived.
        #expect(coordinator.beat([1], slots: 1).assigned(to: [1]).isEmpty)
        #expect(coordinator.send(.ready(.init(slots: 1)), from: [1]).assigned(to: [1]).isEmpty)
    }

    @Test func aWorkerWithoutTheRequiredTagsIsRefused() throws {
        var settings = CoordinatorSettings()
        settings.study.requiredTags = ["avx512", "lab"]
        var coordinator = try PlayedCoordinator(settings: settings)
        let reasons = coordinator.join([1], tags: ["lab"], asks: false).refusals
        #expect(
            reasons == [
                "the experiment requires workers with \"avx512\"; start it with --tags avx512,lab where that is true of its machine"
            ])
        #expect(coordinator.join([2], tags: ["lab", "avx512", "big"]).assigned(to: [2]) == [id(0)])
    }

    /// A worker of another program may call completed what has no epoch to keep.
    @Test(arguments: [(Double.nan, TrialOutcome.State.failed), (.infinity, .failed), (0.5, .completed)])
    func aTrialWithoutAFiniteValueHasFailed(_ loss: Double, _ state: TrialOutcome.State) throws {
        var settings = CoordinatorSettings()
        settings.study.terms = StudyTerms(
            rule: SelectionRule(monitor: "validation_loss", goal: .minimize), epochs: 1, seeds: 1, sampler: .random)
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1])
        coordinator.send(
            .epochFinished(
                Row(
                    id: id(0), epoch: 1, metrics: ["validation_loss": loss], learningRate: 0, elapsedSeconds: 0)),
            from: [1])
        coordinator.send(
            .finished(
                TrialOutcome(
                    id: id(0), state: .completed, stopReason: .budget, stopEpoch: 1, testMetrics: ["test_loss": 1])),
            from: [1])
        let outcome = try #require(coordinator.study.trials[0].outcome)
        #expect(outcome.state == state && (outcome.error?.contains("validation_loss") == true) == (state == .failed))
        #expect(outcome.testMetrics.isEmpty == (state == .failed))
    }

    @Test func thereIsABoundOnWorkers() throws {
        var settings = CoordinatorSettings()
        settings.pool.maximumPeers = 1
        var coordinator = try PlayedCoordinator(settings: settings)
        coordinator.join([1])
        #expect(coordinator.join([2], asks: false).refusals == ["this coordinator takes no more than 1 workers"])
        #expect(coordinator.join([3], name: "host-1-1", running: [id(0)], asks: false).refusals.isEmpty, "an old one")
    }

    @Test func anotherVersionOfTheProtocolIsRefused() throws {
        var coordinator = try PlayedCoordinator()
        let hello = WorkerMessage.Hello(
            protocolVersion: protocolVersion + 1, worker: "host-1-2", program: "", host: "host", slots: 1,
            environment: [:], running: [])
        let refusals = coordinator.send(.hello(hello), from: [9]).refusals
        #expect(refusals.first?.contains("version \(protocolVersion), not \(protocolVersion + 1)") == true)
    }

    @Test func aConnectionIsOneWorkers() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        #expect(
            coordinator.join([1], name: "other-1-1", asks: false).refusals == ["this connection is worker host-1-1's"])
    }

    @Test func withoutADiskNothingIsGivenOut() throws {
        var coordinator = try PlayedCoordinator(trials: 2)
        coordinator.setDiskTrouble("full")
        #expect(coordinator.join([1]).assigned(to: [1]).isEmpty)
        #expect(coordinator.wait(.seconds(2)) { $0.beat([1], slots: 1) }.assigned(to: [1]).isEmpty)
        #expect(coordinator.setDiskTrouble(nil).assigned(to: [1]) == [id(0)], "it goes on by itself")
    }

    /// What is only delivered holds no slot, but not without end.
    @Test func thereIsABoundOnTrialsInDelivery() throws {
        var coordinator = try PlayedCoordinator(trials: 30)
        coordinator.join([1])
        for _ in 0..<30 {
            let running = coordinator.study.trials.filter { $0.phase == .running }
            coordinator.beat([1], slots: 1, running.map { Progress($0.id, stage: "delivering") })
        }
        #expect(coordinator.study.counts.running == 20)
    }

    /// What a salvage left: a checkpoint, but not the epochs before it.
    @Test func aCheckpointWithoutItsEpochsIsNotGoneOnFrom() throws {
        let file = StoredFile(kind: .last, epoch: 3, size: 1, sha256: "")
        var coordinator = try PlayedCoordinator(after: [
            .attemptStarted(.init(id: id(0), worker: "w", fromEpoch: 0, unix: 0)),
            .fileStored(.init(id: id(0), file: file)),
            .attemptEnded(.init(id: id(0), reason: .handedBack, unix: 0)),
        ])
        let resumes = coordinator.join([1]).compactMap { action -> StoredFile?? in
            if case .send(.assign(let assign), _) = action { .some(assign.resume) } else { nil }
        }
        #expect(resumes == [nil])
    }

    @Test func aHostThatKillsTrialsGetsNoMoreWhileOthersWork() throws {
        var coordinator = try PlayedCoordinator(trials: 4)
        // Three workers of one host die, each with another trial.
        for worker: UInt8 in 1...3 { coordinator.join([worker], host: "bad") }
        coordinator.wait(.seconds(16))
        #expect(coordinator.study.trials.map(\.lostAttempts) == [1, 1, 1, 0])
        #expect(coordinator.join([4], host: "bad").assigned(to: [4]).isEmpty == false, "there is nobody else")
        coordinator.send(.handBack(coordinator.study.trials[0].id), from: [4])
        #expect(coordinator.join([9], host: "good").assigned(to: [9]).count == 1)
        #expect(coordinator.beat([4], slots: 1).assigned(to: [4]).isEmpty)
        #expect(coordinator.status.workers.filter(\.isDistrusted).map(\.host) == ["bad"])
    }

    @Test func aHostWhereTrialsHangIsDistrustedUntilItFinishesOne() throws {
        var settings = CoordinatorSettings()
        settings.pool.progressLimit = .seconds(5)
        var coordinator = try PlayedCoordinator(trials: 3, settings: settings)
        coordinator.join([1], host: "bad", slots: 3)
        let ids = (0..<3).map { id($0) }
        let actions = coordinator.wait(.seconds(7)) { $0.beat([1], ids.map { Progress($0) }) }
        #expect(Set(actions.ended(.hung)) == Set(ids))
        #expect(actions.contains(.notify(nil, .hostDistrusted(host: "bad", failures: 3))))
        // Nobody else is there.
        let again = coordinator.wait(.seconds(1)) { $0.beat([1], slots: 3) } + coordinator.beat([1], slots: 3)
        #expect(again.assigned(to: [1]).contains(id(0, 2)))
        #expect(coordinator.status.workers.map(\.isDistrusted) == [true])
        coordinator.finishEpochs(id(0, 2), 1...1, from: [1])
        coordinator.finish(id(0, 2), from: [1])
        #expect(coordinator.status.workers.map(\.isDistrusted) == [false])
    }

    @Test func distrustNeedsThreeFailuresOfTwoTrials() {
        var hosts = HostTrust()
        hosts.joined("bad")
        hosts.joined("good")
        #expect(hosts.failed("bad", trials: [TrialKey(.none, 1)], at: .zero) == nil)
        #expect(hosts.failed("bad", trials: [TrialKey(.none, 1)], at: .zero) == nil)
        #expect(hosts.failed("bad", trials: [TrialKey(.none, 1)], at: .zero) == nil, "one trial may be the culprit")
        #expect(hosts.failed("bad", trials: [TrialKey(.none, 2)], at: .zero) == 4)
        #expect(!hosts.mayTrain("bad", isIdle: true, at: .seconds(1)))
        #expect(hosts.mayTrain("bad", isIdle: true, at: HostTrust.probation), "one more try")
        #expect(!hosts.mayTrain("bad", isIdle: false, at: HostTrust.probation))
        hosts.left("good")
        #expect(hosts.mayTrain("bad", isIdle: true, at: .seconds(1)), "there is nobody else")
        hosts.joined("good")
        hosts.finishedTrial("bad")
        #expect(hosts.mayTrain("bad", isIdle: false, at: .seconds(1)))
    }

    @Test func aPausedStudyRecallsWhatRunsAndGivesNothingOut() throws {
        var coordinator = try PlayedCoordinator(trials: 2)
        coordinator.join([1])
        #expect(coordinator.pause(true).contains(.send(.recall(id(0)), to: [1])))
        #expect(coordinator.status.isPaused)
        let again = coordinator.wait(.seconds(8)) { $0.beat([1], [Progress(.init(trial: 0, attempt: 1))]) }
        #expect(again.contains(.send(.recall(id(0)), to: [1])), "it may have been lost")
        coordinator.send(.handBack(id(0)), from: [1])
        #expect(coordinator.send(.ready(.init(slots: 1)), from: [1]).assigned(to: [1]).isEmpty)
        var next = try PlayedCoordinator(
            trials: 2, after: [.studyPaused(.init(paused: true, unix: 0))])
        #expect(next.join([1]).assigned(to: [1]).isEmpty, "the next coordinator keeps the pause")
        #expect(next.pause(false).assigned(to: [1]) == [id(0)])
    }

    @Test func anInterruptedStudyEndsWhenAllIsHandedBack() throws {
        var coordinator = try PlayedCoordinator(trials: 2)
        coordinator.join([1])
        #expect(coordinator.interrupt().contains(.send(.drain(.init(reason: .interrupted)), to: [1])))
        coordinator.send(.handBack(id(0)), from: [1])
        #expect(coordinator.send(.ready(.init(slots: 1)), from: [1]).assigned(to: [1]).isEmpty)
        #expect(coordinator.send(.goodbye(.init()), from: [1]).contains(.finish(.interrupted)))
        #expect(coordinator.study.trials.allSatisfy { $0.phase == .waiting && $0.lostAttempts == 0 })
    }

    @Test func liarsAreRefusedAndHarmNothing() throws {
        var coordinator = try PlayedCoordinator(trials: 2)
        coordinator.join([1])
        coordinator.join([2], asks: false)
        let before = coordinator.study
        let foreign = Row(id: id(0), epoch: 1, metrics: [:], learningRate: 0, elapsedSeconds: 0)
        #expect(
            coordinator.send(.epochFinished(foreign), from: [2]).refusals.first?.contains("another worker's") == true)
        #expect(coordinator.send(.handBack(id(0)), from: [2]).refusals.first?.contains("another worker's") == true)
        #expect(coordinator.send(.handBack(id(9)), from: [2]).refusals.first?.contains("does not exist") == true)
        #expect(coordinator.send(.handBack(id(0, 7)), from: [2]).refusals.first?.contains("never given out") == true)
        var far = foreign
        far.epoch = 11
        #expect(coordinator.send(.epochFinished(far), from: [1]).refusals.first?.contains("epoch 11 of 10") == true)
        #expect(
            coordinator.send(
                .fetchData(.init(data: "other", path: "../x", offset: 0)), from: [2]
            ).refusals.first?.contains("not this study's") == true)
        #expect(coordinator.study == before)
        for testCase in SeededCases(200) {
            var random = testCase.random
            for lie in LyingWorker.lies(number: 1, about: coordinator.study, using: &random) {
                coordinator.send(lie.message, bytes: lie.bytes, from: [3])
            }
        }
        #expect(coordinator.study.trials == before.trials)
    }

    /// Its worker would otherwise send the row for ever.
    @Test func aTrialWithTooManyMetricsFailsAndIsToldSo() throws {
        var coordinator = try PlayedCoordinator(trials: 2)
        coordinator.join([1], slots: 2)
        func row(_ trial: Int, _ prefix: String) -> WorkerMessage {
            let names = (0..<600).map { ("\(prefix)\($0)", 0.5) }
            return .epochFinished(
                Row(
                    id: id(trial), epoch: 1, elapsedSeconds: 1, learningRate: nil, metrics: [], values: [],
                    named: Dictionary(uniqueKeysWithValues: names)))
        }
        #expect(coordinator.send(row(0, "a"), from: [1]).contains { $0.isEpochStored })
        let answer = coordinator.send(row(1, "b"), from: [1])
        #expect(answer.contains(.send(.abandon(id(1)), to: [1])))
        let outcome = try #require(coordinator.study.trials[1].outcome)
        #expect(outcome.state == .failed && outcome.error?.contains("1000 metrics at the most") == true, "\(outcome)")
        #expect(coordinator.study.trials[0].phase == .running && coordinator.study.metrics.count == 600)
    }
}

extension CoordinatorAction {
    fileprivate var isEpochStored: Bool {
        if case .send(.epochStored, _) = self { true } else { false }
    }
}
