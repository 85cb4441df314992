import Experiments
import Studies
import Testing
import Schema
import Worker

private typealias Worker = WorkerUnderTest

/// When a worker takes trials, what it tells of them, and when it leaves.
@Suite struct WorkerMachineTests {
    let id = WorkerUnderTest.id

    @Test func heartbeatsAreNumberedAndTellWhatWasHeard() {
        var worker = Worker.training()
        let first = worker.wait(.seconds(2), heard: false).heartbeats
        #expect(first.map(\.sequence) == [1, 2] && first.map(\.heard) == [0, 0])
        _ = worker.hear(.heartbeat(.init(generation: 1, answers: 2)))
        let next = worker.wait(.seconds(1), heard: false).heartbeats
        #expect(next.map(\.sequence) == [3] && next.map(\.heard) == [2])
        _ = worker.hear(.whoAreYou(.init()))
        worker.welcome(generation: 2)
        #expect(worker.wait(.seconds(1)).heartbeats.first?.sequence == 1, "each connection counts anew")
    }

    /// It would take part, and never hear of it.
    @Test func aWelcomeThatCannotBeReadIsTheEnd() {
        var worker = Worker()
        let actions = worker.machine.cannotRead(welcome: "study: it has control characters")
        #expect(actions.count == 2 && actions.messages == [.goodbye(.init())])
        guard case .exit(.refused(let reason))? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        #expect(reason.contains("study: it has control characters"))
        #expect(worker.machine.cannotRead(welcome: "again").isEmpty)
    }

    /// However its heartbeats and its results fell before.
    @Test(arguments: [0, 200, 400, 600, 800])
    func whoHasResultsMoreOftenThanHeartbeatsSendsThemTogether(offset: Int) {
        var worker = Worker.training()
        var alone: [Int] = []
        var carried: [WorkerMessage.Heartbeat] = []
        _ = worker.wait(.milliseconds(offset))
        for epoch in 1...10 {
            if !worker.wait(.milliseconds(900)).heartbeats.isEmpty { alone.append(epoch) }
            carried += worker.epoch(epoch).carriedHeartbeats
            _ = worker.hear(.epochStored(.init(id: id, epoch: epoch, answers: carried.last?.sequence)))
        }
        #expect(alone.allSatisfy { $0 == 1 }, "\(alone)")
        #expect(carried.count == 10 && carried.last?.slots == 0)
        #expect(carried.dropFirst().map(\.heard) == carried.dropLast().map(\.sequence), "each was answered")
        #expect(carried.allSatisfy { $0.progress.map(\.id) == [id] })
        #expect(worker.wait(.seconds(1)).heartbeats.count == 1, "without a result it goes alone")
    }

    @Test func manyResultsCarryFewHeartbeats() {
        var worker = Worker.training()
        var carried = 0
        for epoch in 1...100 {
            let actions = worker.wait(.milliseconds(100)) + worker.epoch(epoch)
            carried += actions.carriedHeartbeats.count
            #expect(epoch <= 10 || actions.heartbeats.isEmpty, "none goes alone")
        }
        #expect(carried == 20, "one in half a second")
    }

    @Test func aSilentCoordinatorIsLookedForAgainAndTrainingGoesOn() {
        var worker = Worker.training()
        worker.now = .seconds(16)
        let actions = worker.machine.tick(now: worker.now)
        #expect(actions.first == .reconnect)
        guard case .hello(let hello)? = actions.messages.last else {
            Issue.record("no hello: \(actions)")
            return
        }
        #expect(hello.running == [id])
        #expect(worker.machine.isTraining(id))
        #expect(worker.epoch(1) == [.keepRow(Worker.row(1))], "nobody is there to send it to")
        #expect(worker.welcome(generation: 2).contains(.readRows(id, 1...1)))
    }

    @Test func withoutACoordinatorItGivesUpAfterTheTimeout() {
        var machine = WorkerMachine(
            hello: .init(
                protocolVersion: 1, worker: "h-1-1", program: "", host: "h", slots: 1, environment: [:], running: []),
            settings: WorkerSettings(), now: .zero)
        _ = machine.start(now: .zero)
        #expect(!machine.tick(now: .seconds(29)).contains(.exit(.unreachable(after: .seconds(30)))))
        #expect(machine.tick(now: .seconds(31)).contains(.exit(.unreachable(after: .seconds(30)))))
    }

    @Test func withATrialInHandItWaitsForItsCoordinatorToComeBack() {
        var worker = Worker.training()
        #expect(!worker.wait(.seconds(3600), heard: false).contains { if case .exit = $0 { true } else { false } })
        #expect(worker.machine.isTraining(id))
        var idle = WorkerUnderTest()
        #expect(idle.wait(.seconds(60), heard: false).contains(.exit(.unreachable(after: .seconds(30)))))
    }

    /// 200 workers that lose their coordinator in the same moment do not all speak at the same moment.
    @Test func manyWorkersComeBackSpreadOverTheirInterval() {
        let beats = (0..<200).map { number in
            var worker = WorkerUnderTest(name: "host-\(number)-\(number * 7919)")
            return worker.firstBeat()
        }
        let perTenth = Dictionary(grouping: beats) { $0 }.mapValues(\.count)
        #expect(perTenth.count == 10 && perTenth.values.max()! < 40, "\(perTenth)")
    }

    // MARK: Getting ready

    @Test func aTrialStartsWhenItsDataAndItsCheckpointAreHere() {
        var worker = WorkerUnderTest()
        let resume = StoredFile(kind: .last, epoch: 3, size: 2 * Chunk.size + 5, sha256: "s")
        let assign = Worker.assign(resume: resume)
        let actions = worker.hear(.assign(assign))
        #expect(
            actions.messages == [0, 1, 2].map { .fetch(.init(id: id, file: .last, offset: $0 * Chunk.size)) })
        #expect(actions.last == .findData(assign))
        #expect(worker.files(.data(id, .here)).isEmpty)
        let progress = worker.wait(.seconds(1)).heartbeats[0].progress
        #expect(progress.map(\.stage) == ["fetching"] && progress.map(\.epoch) == [3])
        for (offset, count) in [(0, Chunk.size), (Chunk.size, Chunk.size), (2 * Chunk.size, 5)] {
            let kept = worker.hear(
                .chunk(.init(id: id, file: resume, offset: offset)), bytes: Array(repeating: 1, count: count))
            #expect(kept.count == 1)
        }
        let file = SpooledFile(file: resume, name: "0000000000000000-0-1-resume.h5")
        #expect(worker.files(.checkpoint(id, file)) == [.start(assign, checkpoint: file)])
    }

    @Test func aTrialWithoutASlotIsHandedBackAtOnce() {
        var settings = WorkerSettings()
        settings.slots = 2
        var worker = WorkerUnderTest(settings: settings)
        worker.begin(id)
        _ = worker.hear(.assign(Worker.assign(AttemptID(trial: 1, attempt: 1))))
        let third = AttemptID(trial: 2, attempt: 1)
        #expect(worker.begin(third) == [.send(.handBack(third))], "one trains, one gets ready")
        #expect(!worker.wait(.seconds(1)).heartbeats[0].progress.contains { $0.id == third })
        #expect(worker.hear(.abandon(id)).contains(.abandon(id)))
        #expect(worker.begin(third) == [.send(.handBack(third))], "its thread is still in the slot")
        _ = worker.slot(.left(id))
        #expect(worker.begin(third).contains { if case .start = $0 { true } else { false } })
    }

    @Test func aCheckpointThatArrivesDamagedIsFetchedAgain() {
        var worker = WorkerUnderTest()
        let resume = StoredFile(kind: .last, epoch: 3, size: 5, sha256: "s")
        _ = worker.hear(.assign(Worker.assign(resume: resume)))
        _ = worker.hear(.chunk(.init(id: id, file: resume, offset: 0)), bytes: [1, 2, 3, 4, 5])
        #expect(worker.files(.checkpoint(id, nil)).isEmpty)
        #expect(worker.wait(.seconds(6)).messages.contains(.fetch(.init(id: id, file: .last, offset: 0))))
    }

    /// A coordinator that comes back may have found the checkpoint damaged that the one before it had assigned.
    @Test func aTrialWhoseCheckpointHasBecomeAnotherIsHandedBack() {
        var worker = WorkerUnderTest()
        let resume = StoredFile(kind: .last, epoch: 3, size: 5, sha256: "s")
        _ = worker.hear(.assign(Worker.assign(resume: resume)))
        let other = StoredFile(kind: .last, epoch: 2, size: 5, sha256: "t")
        let actions = worker.hear(.chunk(.init(id: id, file: other, offset: 0)), bytes: [1, 2, 3, 4, 5])
        #expect(
            actions.contains(.send(.handBack(id))) && actions.contains(.send(.ready(.init(slots: 1)))), "\(actions)")
        #expect(worker.wait(.seconds(10)).allSatisfy { if case .send(.fetch, _) = $0 { false } else { true } })
    }

    @Test func aTrialThatIsTakenAwayBeforeItStartsLeavesNothing() {
        var worker = WorkerUnderTest()
        let resume = StoredFile(kind: .last, epoch: 3, size: 5, sha256: "s")
        _ = worker.hear(.assign(Worker.assign(resume: resume)))
        _ = worker.files(.data(id, .missing))
        let file = SpooledFile(file: resume, name: "0000000000000000-0-1-resume.h5")
        #expect(
            worker.hear(.abandon(id)) == [.discard(file), .leaveData("d"), .send(.ready(.init(slots: 1)))])
    }

    // MARK: The end

    @Test func toldToStopItPausesHandsBackAndLeaves() {
        var worker = Worker.training()
        #expect(worker.machine.stop(.interrupted, now: .zero) == [.pause(id)])
        let last = Worker.file(.last)
        _ = worker.slot(.checkpoint(id, last))
        #expect(worker.slot(.paused(id)).isEmpty, "its checkpoint is still on the way")
        #expect(
            worker.hear(Worker.stored(last)) == [
                .discard(last), .send(.handBack(id)), .dropRows(id, through: .max), .send(.goodbye(.init())),
                .exit(.interrupted),
            ])
    }

    @Test func whatCannotBeSavedInTimeIsHandedBackAsItWas() {
        var worker = Worker.training()
        _ = worker.machine.stop(.interrupted, now: .zero)
        let actions = worker.wait(.seconds(5))
        #expect(
            actions.suffix(3) == [.send(.handBack(id)), .send(.goodbye(.init())), .exit(.interrupted)])
        #expect(worker.now <= .seconds(5))
    }

    @Test func aRecalledTrialIsSavedAndHandedBackAndTheWorkerStays() {
        var worker = Worker.training()
        #expect(worker.hear(.recall(id)) == [.pause(id)])
        let actions = worker.slot(.paused(id))
        #expect(actions.messages == [.handBack(id), .ready(.init(slots: 1))])
        #expect(!actions.contains(.exit(.interrupted)))
        #expect(worker.hear(.recall(id)).isEmpty)
    }

    @Test func afterItsCountOfTrialsItLeaves() {
        var settings = WorkerSettings()
        settings.slots = 4
        settings.count = 2
        var worker = WorkerUnderTest(settings: settings)
        let second = AttemptID(trial: 1, attempt: 1)
        let third = AttemptID(trial: 2, attempt: 1)
        worker.begin(id)
        #expect(worker.wait(.seconds(1)).heartbeats.last?.slots == 1)
        worker.begin(second)
        #expect(worker.begin(third).messages == [.handBack(third)])
        _ = worker.slot(.finished(Worker.outcome))
        #expect(!worker.hear(.outcomeStored(id)).contains(.exit(.countReached)))
        _ = worker.slot(.finished(.init(id: second, state: .completed, stopReason: .budget, stopEpoch: 0)))
        #expect(worker.hear(.outcomeStored(second)).last == .exit(.countReached))
    }

    @Test func withNothingToDoForLongItLeaves() {
        var settings = WorkerSettings()
        settings.idleTimeout = .seconds(60)
        var worker = Worker.training(settings: settings)
        #expect(!worker.wait(.seconds(100)).contains(.exit(.idle)))
        _ = worker.slot(.finished(Worker.outcome))
        _ = worker.hear(.outcomeStored(id))
        #expect(!worker.wait(.seconds(59)).contains(.exit(.idle)))
        #expect(worker.wait(.seconds(2)).contains(.exit(.idle)))
    }

    @Test func whenItsTimeIsOverItSavesAndLeaves() {
        var settings = WorkerSettings()
        settings.timeLimit = .seconds(60)
        var worker = Worker.training(settings: settings)
        #expect(!worker.wait(.seconds(59)).contains(.pause(id)))
        #expect(worker.wait(.seconds(1)).contains(.pause(id)))
        #expect(worker.slot(.paused(id)).last == .exit(.timeLimit))
    }

    @Test func aThreadThatDoesNotLeaveEndsTheWorkerAfterTheOthersAreHandedBack() {
        var settings = WorkerSettings()
        settings.slots = 2
        var worker = Worker.training(settings: settings)
        let other = AttemptID(trial: 1, attempt: 1)
        worker.begin(other)
        #expect(worker.hear(.abandon(id)).contains(.abandon(id)))
        #expect(!worker.wait(.seconds(29)).contains(.pause(other)))
        #expect(worker.wait(.seconds(2)).contains(.pause(other)))
        #expect(worker.slot(.paused(other)).suffix(2) == [.send(.goodbye(.init())), .exit(.stuck(id))])
    }

    /// What a program may take to end is waited for; after that, its worker ends all the same.
    @Test func aProgramHasItsGraceBeforeTheWorkerEnds() {
        var worker = Worker.training()
        _ = worker.slot(.began(id, grace: .seconds(30)))
        #expect(worker.machine.stop(.interrupted, now: worker.now) == [.pause(id)])
        #expect(!worker.wait(.seconds(33)).contains(.exit(.interrupted)))
        #expect(worker.wait(.seconds(2)).contains(.exit(.interrupted)))
    }
}
