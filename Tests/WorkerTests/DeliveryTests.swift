import Experiments
import Testing
import Wire
import Worker

/// What a worker owes the coordinator, seen through its state machine.
@Suite struct DeliveryTests {
    let id = AttemptID(trial: 0, attempt: 1)

    /// A worker that has been welcomed and trains attempt 1 of trial 0.
    func training(slots: Int = 1) -> WorkerMachine {
        var settings = WorkerSettings()
        settings.slots = slots
        var machine = WorkerMachine(
            hello: .init(
                protocolVersion: protocolVersion, worker: "h-1-1", program: "", host: "h", slots: slots,
                environment: [:], running: []),
            settings: settings, now: .zero)
        _ = machine.start(now: .zero)
        _ = machine.receive(
            .welcome(.init(generation: 1, study: "", heartbeatSeconds: 1, leaseSeconds: 15)), bytes: [], now: .zero)
        _ = machine.receive(
            .assign(.init(id: id, seed: 0, experiment: "", dataDigest: "", resume: nil)), bytes: [], now: .zero)
        return machine
    }

    func result(_ epoch: Int) -> EpochResult {
        .init(id: id, epoch: epoch, metrics: [:], learningRate: 0, elapsedSeconds: 0)
    }

    func file(_ kind: StoredFile.Kind, epoch: Int = 1, size: Int) -> StoredFile {
        .init(kind: kind, epoch: epoch, size: size, sha256: "\(kind)\(epoch)")
    }

    var outcome: TrialOutcome { .init(id: id, state: .completed, stopReason: .budget, stopEpoch: 1) }

    @Test func anEpochIsSentAgainUntilItIsAcknowledged() {
        var machine = training()
        #expect(machine.receive(.epochFinished(result(1)), now: .seconds(1)) == [.send(.epochFinished(result(1)))])
        #expect(machine.tick(now: .seconds(7)).contains(.send(.epochFinished(result(1)))))
        _ = machine.receive(.epochStored(.init(id: id, epoch: 1)), bytes: [], now: .seconds(7))
        #expect(!machine.tick(now: .seconds(14)).contains(.send(.epochFinished(result(1)))))
    }

    @Test func onlyAWindowOfChunksIsUnderWay() {
        var machine = training()
        let size = 3 * Chunk.window * Chunk.size
        let big = file(.last, size: size)
        let first = machine.receive(
            .checkpoint(id, big, bytes: Array(repeating: 1, count: size)), now: .zero)
        #expect(first.count == Chunk.window)
        let receipt = Chunk(id: id, file: big, offset: 2 * Chunk.size)
        #expect(machine.receive(.received(receipt), bytes: [], now: .zero).count == 2)
    }

    @Test func checkpointsTravelOneByOneAndTheOutcomeLast() {
        var machine = training()
        let best = file(.best, size: 3)
        let last = file(.last, size: 4)
        #expect(machine.receive(.checkpoint(id, best, bytes: [1, 2, 3]), now: .zero).count == 1)
        #expect(machine.receive(.checkpoint(id, last, bytes: [1, 2, 3, 4]), now: .zero).isEmpty)
        #expect(machine.receive(.finished(outcome), now: .zero) == [.send(.ready(.init(slots: 1)))])
        let second = machine.receive(.fileStored(.init(id: id, file: best)), bytes: [], now: .zero)
        #expect(second == [.send(.upload(.init(id: id, file: last, offset: 0)), bytes: [1, 2, 3, 4])])
        let third = machine.receive(.fileStored(.init(id: id, file: last)), bytes: [], now: .zero)
        #expect(third == [.send(.finished(outcome))])
    }

    @Test func anOutcomeWaitsForItsEpochs() {
        var machine = training()
        _ = machine.receive(.epochFinished(result(1)), now: .zero)
        #expect(!machine.receive(.finished(outcome), now: .zero).contains(.send(.finished(outcome))))
        #expect(
            machine.receive(.epochStored(.init(id: id, epoch: 1)), bytes: [], now: .zero)
                == [.send(.finished(outcome))])
    }

    @Test func aNewerCheckpointReplacesOneThatHasNotBegunToTravel() {
        var machine = training()
        let first = file(.best, epoch: 1, size: 1)
        _ = machine.receive(.checkpoint(id, first, bytes: [1]), now: .zero)
        _ = machine.receive(.checkpoint(id, file(.last, epoch: 1, size: 1), bytes: [1]), now: .zero)
        let newer = file(.last, epoch: 2, size: 1)
        _ = machine.receive(.checkpoint(id, newer, bytes: [2]), now: .zero)
        let next = machine.receive(.fileStored(.init(id: id, file: first)), bytes: [], now: .zero)
        #expect(next == [.send(.upload(.init(id: id, file: newer, offset: 0)), bytes: [2])])
        #expect(machine.receive(.fileStored(.init(id: id, file: newer)), bytes: [], now: .zero).isEmpty)
    }

    @Test func aSilentCoordinatorIsLookedForAgainAndTrainingGoesOn() {
        var machine = training()
        let actions = machine.tick(now: .seconds(16))
        #expect(actions.first == .reconnect)
        guard case .send(.hello(let hello), _)? = actions.last else {
            Issue.record("no hello: \(actions)")
            return
        }
        #expect(hello.running == [id])
        #expect(machine.isTraining(id))
        #expect(machine.receive(.epochFinished(result(1)), now: .seconds(17)).isEmpty, "nobody is there to send it to")
        let welcomed = machine.receive(
            .welcome(.init(generation: 2, study: "", heartbeatSeconds: 1, leaseSeconds: 15)), bytes: [],
            now: .seconds(18))
        #expect(welcomed.contains(.send(.epochFinished(result(1)))))
    }

    @Test func withoutACoordinatorItGivesUpAfterTheTimeout() {
        var machine = WorkerMachine(
            hello: .init(
                protocolVersion: 1, worker: "h-1-1", program: "", host: "h", slots: 1, environment: [:], running: []),
            settings: WorkerSettings(), now: .zero)
        _ = machine.start(now: .zero)
        #expect(!machine.tick(now: .seconds(29)).contains(.exit(.unreachable)))
        #expect(machine.tick(now: .seconds(31)).contains(.exit(.unreachable)))
    }

    @Test func toldToStopItPausesHandsBackAndLeaves() {
        var machine = training()
        #expect(machine.stop(.interrupted, now: .zero) == [.pause(id)])
        let file = file(.last, size: 1)
        _ = machine.receive(.checkpoint(id, file, bytes: [1]), now: .zero)
        #expect(machine.receive(.paused(id), now: .zero).isEmpty, "its checkpoint is still on the way")
        #expect(
            machine.receive(.fileStored(.init(id: id, file: file)), bytes: [], now: .zero)
                == [.send(.handBack(id)), .send(.goodbye(.init())), .exit(.interrupted)])
    }
}
