import Coordinator
import Experiments
import TestSupport
import Testing
import Wire
import Worker

@Suite struct FanOutTests {
    /// Every trial completed, its epochs 1, 2, ... once each, with the values that training gives them.
    private func expectComplete(_ cluster: FakeCluster, epochs: Int = 3, _ comment: Comment? = nil) {
        #expect(cluster.end == .finished, comment)
        for trial in cluster.study.trials {
            #expect(trial.phase == .completed, comment)
            #expect(trial.history.map(\.epoch) == Array(1...epochs), comment)
            #expect(
                trial.history.map { $0.metrics["validation_loss"] }
                    == (1...epochs).map { FakeWorker.loss(trial: trial.number, epoch: $0) }, comment)
            #expect(trial.best?.epoch == epochs && trial.last?.epoch == epochs, comment)
        }
        var replayed = StudyState()
        for record in cluster.journal {
            #expect(throws: Never.self) { try replayed.apply(record) }
        }
        #expect(replayed == cluster.study, comment)
    }

    @Test func workersPullUntilEveryTrialIsDone() {
        let cluster = FakeCluster(trials: 7)
        cluster.addWorker()
        cluster.addWorker(slots: 2)
        #expect(cluster.run { $0.end != nil } != nil)
        expectComplete(cluster)
        #expect(cluster.study.trials.allSatisfy { $0.attempt == 1 })
        #expect(cluster.workers.allSatisfy { $0.end == .finished })
        #expect(Set(cluster.study.trials.map(\.worker)).count == 2)
    }

    @Test func aDeadWorkersTrialGoesOnElsewhereFromItsCheckpointAfterTheLease() throws {
        let cluster = FakeCluster(trials: 1)
        let first = cluster.addWorker(epochs: 6)
        _ = try #require(cluster.run { $0.study.trials[0].history.count == 3 && $0.study.trials[0].last?.epoch == 2 })
        first.kill()
        let death = cluster.now
        let second = cluster.addWorker(epochs: 6)
        let moved = try #require(cluster.run { $0.study.trials[0].attempt == 2 })
        #expect(moved - death >= .seconds(14) && moved - death <= .seconds(16), "it took \(moved - death)")
        #expect(cluster.run { $0.end != nil } != nil)
        expectComplete(cluster, epochs: 6)
        #expect(second.trained == [AttemptID(trial: 0, attempt: 2): [3, 4, 5, 6]])
        #expect(cluster.study.trials[0].history.map(\.id.attempt) == [1, 1, 2, 2, 2, 2])
    }

    @Test func aWorkerThatWasGivenUpIsFencedOff() throws {
        let cluster = FakeCluster(trials: 1)
        let worker = cluster.addWorker(epochs: 100)
        _ = try #require(cluster.run { $0.study.trials[0].history.count == 2 })
        let id = AttemptID(trial: 0, attempt: 1)
        cluster.loses = { _ in true }
        _ = try #require(cluster.run { $0.study.trials[0].phase == .waiting })
        cluster.loses = { _ in false }
        let late = EpochResult(id: id, epoch: 3, metrics: [:], learningRate: 0, elapsedSeconds: 0)
        let records = cluster.journal.count
        #expect(
            cluster.inject(.epochFinished(late), from: worker.peer) == [.send(.whoAreYou(.init()), to: worker.peer)])
        // Back again, it is told to forget the attempt, and takes the trial as a new one.
        _ = try #require(cluster.run { $0.study.trials[0].attempt == 2 })
        #expect(
            cluster.inject(.epochFinished(late), from: cluster.workers[0].peer).contains(
                .send(.abandon(id), to: cluster.workers[0].peer)))
        #expect(!cluster.journal[records...].contains(.epochFinished(late)))
    }

    @Test func anEpochThatComesTwiceIsRecordedOnceAndAcknowledgedTwice() throws {
        let cluster = FakeCluster(trials: 1)
        let worker = cluster.addWorker(epochs: 50)
        _ = try #require(cluster.run { $0.study.trials[0].history.count == 2 })
        let again = cluster.study.trials[0].history[1]
        let actions = cluster.inject(.epochFinished(again), from: worker.peer)
        #expect(actions == [.send(.epochStored(.init(id: again.id, epoch: 2)), to: worker.peer)])
        #expect(cluster.study.trials[0].history.count == 2)
    }

    @Test func nothingIsAcknowledgedBeforeItsRecord() throws {
        let cluster = FakeCluster(trials: 1)
        let worker = cluster.addWorker(epochs: 50)
        _ = try #require(cluster.run { $0.study.trials[0].history.count == 2 })
        let next = EpochResult(
            id: .init(trial: 0, attempt: 1), epoch: 3, metrics: [:], learningRate: 0, elapsedSeconds: 0)
        let actions = cluster.inject(.epochFinished(next), from: worker.peer)
        let record = try #require(actions.firstIndex(of: .append(.epochFinished(next))))
        let answer = try #require(
            actions.firstIndex(of: .send(.epochStored(.init(id: next.id, epoch: 3)), to: worker.peer)))
        #expect(record < answer)
    }

    @Test(arguments: SeededCases(40))
    func lossyNetworksLoseNothing(_ testCase: SeededCase) throws {
        var random = testCase.random
        let rate = Double.random(in: 0...0.2, using: &random)
        // An attempt whose assignment was lost counts as lost: a fifth of all messages can take five in a row. What is
        // tried here is that nothing is lost or doubled, however often a trial is given out.
        var settings = CoordinatorSettings()
        settings.maximumFailedAttempts = 1000
        let cluster = FakeCluster(trials: 5, settings: settings)
        cluster.loses = { _ in Double.random(in: 0..<1, using: &random) < rate }
        cluster.addWorker()
        cluster.addWorker(slots: 2)
        let finished = cluster.run(atMost: .seconds(3000)) { $0.study.trials.allSatisfy(\.isOver) }
        #expect(finished != nil, "\(testCase): \(cluster.study.trials.map { ($0.phase, $0.history.count) })")
        cluster.loses = { _ in false }
        #expect(cluster.run { $0.end != nil } != nil, "\(testCase)")
        expectComplete(cluster, "\(testCase)")
    }

    @Test func aRestartedCoordinatorTakesWorkersBackWithTheirTrials() throws {
        let cluster = FakeCluster(trials: 3)
        cluster.addWorker(epochs: 20)
        cluster.addWorker(epochs: 20)
        _ = try #require(cluster.run { $0.study.trials[0].history.count >= 5 })
        cluster.restartCoordinator()
        #expect(cluster.run { $0.end != nil } != nil)
        expectComplete(cluster, epochs: 20)
        #expect(cluster.study.trials.allSatisfy { $0.attempt == 1 }, "no trial was taken from its worker")
    }

    @Test func aCoordinatorThatSleptTakesNothingAway() throws {
        let cluster = FakeCluster(trials: 2)
        cluster.addWorker(epochs: 20)
        cluster.addWorker(epochs: 20)
        _ = try #require(cluster.run { $0.study.trials[1].history.count >= 2 })
        cluster.sleep(.seconds(60))
        #expect(cluster.run { $0.end != nil } != nil)
        #expect(cluster.study.trials.allSatisfy { $0.attempt == 1 })
    }

    @Test func anInterruptedStudyIsHandedBackWithItsCheckpoints() throws {
        let cluster = FakeCluster(trials: 3)
        cluster.addWorker(epochs: 50)
        _ = try #require(cluster.run { $0.study.trials[0].history.count == 5 })
        cluster.interrupt()
        #expect(cluster.run { $0.end != nil } != nil)
        #expect(cluster.end == .interrupted)
        #expect(cluster.study.trials.allSatisfy { $0.phase == .waiting })
        let trial = cluster.study.trials[0]
        #expect(trial.last?.epoch == trial.history.count && trial.lostAttempts == 0)
    }

    @Test func aTrialThatKeepsLosingItsWorkerFails() throws {
        var settings = CoordinatorSettings()
        settings.maximumFailedAttempts = 3
        let cluster = FakeCluster(trials: 1, settings: settings)
        for _ in 0..<3 {
            let worker = cluster.addWorker(epochs: 1000)
            _ = try #require(
                cluster.run { $0.study.trials[0].worker == worker.name && $0.study.trials[0].phase == .running })
            worker.kill()
        }
        #expect(cluster.run { $0.end != nil } != nil)
        #expect(cluster.study.trials[0].phase == .failed)
        #expect(cluster.study.trials[0].outcome?.error == "lost its worker 3 times")
    }

    @Test func anotherVersionOfTheProtocolIsRefused() {
        let cluster = FakeCluster(trials: 1)
        let hello = WorkerMessage.Hello(
            protocolVersion: protocolVersion + 1, worker: "host-1-2", program: "", host: "host", slots: 1,
            environment: [:], running: [])
        let actions = cluster.inject(.hello(hello), from: [9])
        #expect(
            actions.contains {
                if case .send(.refused(let refused), [9]) = $0 {
                    refused.reason.contains("version \(protocolVersion), not \(protocolVersion + 1)")
                } else {
                    false
                }
            })
        #expect(cluster.study.trials[0].phase == .waiting)
    }

    @Test func aDamagedUploadIsAskedForAgain() throws {
        let cluster = FakeCluster(trials: 1)
        let worker = cluster.addWorker(epochs: 50)
        _ = try #require(cluster.run { $0.study.trials[0].history.count == 1 })
        let id = AttemptID(trial: 0, attempt: 1)
        let file = StoredFile(kind: .last, epoch: 1, size: 3, sha256: "")
        let chunk = Chunk(id: id, file: file, offset: 0)
        _ = cluster.inject(.upload(chunk), bytes: [7, 7, 7], from: worker.peer)
        #expect(cluster.sent.contains { $0.message == .received(chunk) && $0.peer == worker.peer })
        #expect(cluster.study.trials[0].last == nil)
    }
}
