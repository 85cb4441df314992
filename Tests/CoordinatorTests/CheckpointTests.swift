import Coordinator
import Experiments
import Studies
import Testing
import Schema

@Suite struct CheckpointTests {
    private let id = AttemptID(trial: 0, attempt: 1)

    private func file(_ kind: StoredFile.Kind, _ epoch: Int, size: Int = 10, best: Int? = nil) -> StoredFile {
        StoredFile(kind: kind, epoch: epoch, size: size, sha256: "\(kind)\(epoch)", bestEpoch: best)
    }

    @Test func aLastWaitsForItsBest() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...2, from: [1])
        let last = file(.last, 2, best: 2)
        #expect(
            coordinator.upload(id, last, from: [1]) == [.send(.received(.init(id: id, file: last, offset: 0)), to: [1])]
        )
        coordinator.upload(id, file(.best, 2), from: [1])
        coordinator.upload(id, last, from: [1])
        #expect(coordinator.study.trials[0].last == last && coordinator.study.trials[0].best?.epoch == 2)
    }

    /// One coordinator assigned it, and the next found it damaged: its worker would otherwise ask for ever.
    @Test func whoAsksForACheckpointThatIsGoneGivesTheTrialBack() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let answer = coordinator.send(.fetch(.init(id: id, file: .last, offset: 0)), from: [1])
        #expect(answer.contains(.send(.abandon(id), to: [1])))
        #expect(coordinator.study.trials[0].phase != .running && coordinator.study.trials[0].lostAttempts == 0)
    }

    /// Bytes are copied out of the stored `last` alone, and within it.
    @Test func whatIsStoredNeedNotBeSentAgain() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...2, from: [1])
        coordinator.upload(id, file(.last, 1), from: [1])
        let second = file(.last, 2)
        func chunk(_ sha256: String, _ offset: Int, _ count: Int) -> Chunk {
            Chunk(id: id, file: second, offset: 2, copied: .init(sha256: sha256, offset: offset, count: count))
        }
        let begin = [CoordinatorAction.send(.received(.init(id: id, file: second, offset: 0)), to: [1])]
        for wrong in [chunk("last9", 0, 8), chunk("last1", 3, 8)] {
            coordinator.send(.upload(.init(id: id, file: second, offset: 0)), bytes: [1, 2], from: [1])
            #expect(coordinator.send(.upload(wrong), from: [1]) == begin)
        }
        coordinator.send(.upload(.init(id: id, file: second, offset: 0)), bytes: [1, 2], from: [1])
        let right = chunk("last1", 2, 8)
        let actions = coordinator.send(.upload(right), from: [1])
        let study = coordinator.study.id
        #expect(actions == [.store(study, .stage(right, bytes: [])), .store(study, .publish(id, second))])
    }

    @Test func aLastWhoseBestIsReplacedOnItsWayIsNotTaken() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...2, from: [1])
        coordinator.upload(id, file(.best, 1), from: [1])
        let last = file(.last, 1, best: 1)
        coordinator.send(.upload(.init(id: id, file: last, offset: 0)), bytes: [1, 2, 3, 4, 5], from: [1])
        coordinator.upload(id, file(.best, 2), from: [1])
        let end = coordinator.send(
            .upload(.init(id: id, file: last, offset: 5)), bytes: [1, 2, 3, 4, 5], from: [1])
        #expect(end == [.send(.received(.init(id: id, file: last, offset: 0)), to: [1]), .store(.discard(id))])
    }

    @Test func aCheckpointIsNotTakenBeforeItsEpochs() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...1, from: [1])
        #expect(coordinator.upload(id, file(.last, 2), from: [1]).isEmpty)
        coordinator.finishEpochs(id, 2...2, from: [1])
        coordinator.upload(id, file(.last, 2), from: [1])
        #expect(coordinator.study.trials[0].last?.epoch == 2)
    }

    @Test func aBestThatANewerHasOvertakenIsNotTaken() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...2, from: [1])
        coordinator.upload(id, file(.best, 2), from: [1])
        #expect(coordinator.upload(id, file(.best, 1), from: [1]).isEmpty)
        #expect(coordinator.study.trials[0].best?.epoch == 2)
    }

    @Test func aPieceThatIsNotTheNextIsNotTaken() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...2, from: [1])
        let (one, other) = (file(.last, 1), file(.last, 2))
        func piece(_ file: StoredFile, _ offset: Int, _ count: Int = 5) -> [CoordinatorAction] {
            coordinator.send(
                .upload(.init(id: id, file: file, offset: offset)), bytes: Array(repeating: 0, count: count), from: [1])
        }
        #expect(piece(one, 5).isEmpty)
        #expect(piece(one, 0).count == 1)
        #expect(piece(one, 7, 3).isEmpty && piece(one, 4).isEmpty && piece(other, 5).isEmpty)
        #expect(piece(one, 5).last == .store(.publish(id, one)))
        #expect(piece(one, 0).isEmpty, "the disk is still at it")
    }

    /// The disk answers late: the attempt whose file it is has ended. Another may not begin before the disk has answered,
    /// and what stood there before comes back.
    @Test func whatTheDiskSaysOfAnEndedAttemptCountsForNothing() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...1, from: [1])
        let last = file(.last, 1)
        coordinator.send(
            .upload(.init(id: id, file: last, offset: 0)), bytes: Array(repeating: 0, count: 10), from: [1])
        coordinator.send(.handBack(id), from: [1])
        #expect(coordinator.send(.ready(.init(slots: 1)), from: [1]).assigned(to: [1]).isEmpty)
        let actions = coordinator.hasStored(id, last)
        let again = AttemptID(trial: 0, attempt: 2)
        #expect(actions.first == .store(.undo(id, last)) && actions.assigned(to: [1]) == [again])
        #expect(coordinator.cannotRead(.init(id: id, file: last, offset: 0)).isEmpty)
        #expect(coordinator.study.trials[0].last == nil && coordinator.study.trials[0].id == again)
    }

    @Test func whoFallsBackToAnOlderLastBringsItsOlderBestAgain() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...3, from: [1])
        for epoch in [1, 3] {
            coordinator.upload(id, file(.best, epoch), from: [1])
            coordinator.upload(id, file(.last, epoch, best: epoch), from: [1])
        }
        coordinator.send(.handBack(id), from: [1])
        coordinator.send(.ready(.init(slots: 1)), from: [1])
        let damaged = Chunk(id: .init(trial: 0, attempt: 2), file: file(.last, 3, best: 3), offset: 0)
        let again = AttemptID(trial: 0, attempt: 3)
        #expect(coordinator.cannotRead(damaged).ended(.undelivered) == [damaged.id])
        #expect(coordinator.send(.ready(.init(slots: 1)), from: [1]).assigned(to: [1]) == [again])
        #expect(coordinator.study.trials[0].best == nil, "its epoch is trained again")
        coordinator.finishEpochs(again, 2...2, from: [1])
        let last = file(.last, 2, best: 1)
        #expect(coordinator.upload(again, last, from: [1]).assigned(to: [1]).isEmpty)
        #expect(coordinator.study.trials[0].last?.epoch == 1, "its best is not there")
        coordinator.upload(again, file(.best, 1), from: [1])
        coordinator.upload(again, last, from: [1])
        #expect(coordinator.study.trials[0].best == file(.best, 1) && coordinator.study.trials[0].last == last)
    }

    /// A worker may have said another `best_epoch` of its `last` than stands in it.
    @Test func aBestOfAnEarlierAttemptGivesWayToAnOlderOne() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...3, from: [1])
        coordinator.upload(id, file(.best, 2), from: [1])
        coordinator.upload(id, file(.last, 3, best: 2), from: [1])
        coordinator.send(.handBack(id), from: [1])
        coordinator.send(.ready(.init(slots: 1)), from: [1])
        let again = AttemptID(trial: 0, attempt: 2)
        coordinator.upload(again, file(.best, 1), from: [1])
        #expect(coordinator.study.trials[0].best?.epoch == 1)
        coordinator.finishEpochs(again, 4...4, from: [1])
        coordinator.upload(again, file(.best, 4), from: [1])
        #expect(coordinator.upload(again, file(.best, 1), from: [1]).isEmpty, "its own is not taken back")
        #expect(coordinator.study.trials[0].best?.epoch == 4)
    }

    @Test func aPlacedFileIsAdoptedAndAnsweredAgain() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...1, from: [1])
        let placed = WorkerMessage.Placed(id: id, file: file(.best, 1))
        #expect(coordinator.send(.placed(placed), from: [1]) == [.store(.adopt(id, placed.file))])
        #expect(coordinator.send(.placed(placed), from: [1]).isEmpty, "the disk is still at it")
        coordinator.hasStored(id, placed.file)
        let stored = CoordinatorAction.send(.fileStored(.init(id: id, file: placed.file)), to: [1])
        #expect(coordinator.send(.placed(placed), from: [1]) == [stored])
    }

    @Test func theBudgetTakesTheLastOnesOfFinishedTrialsOldestFirst() throws {
        var settings = CoordinatorSettings()
        settings.study.checkpointBudget = 50
        var coordinator = try PlayedCoordinator(trials: 4, settings: settings)
        coordinator.join([1], slots: 4)
        for trial in 0..<3 {
            let id = AttemptID(trial: trial, attempt: 1)
            coordinator.finishEpochs(id, 1...1, from: [1])
            coordinator.upload(id, file(.best, 1), from: [1])
            coordinator.upload(id, file(.last, 1), from: [1])
            if trial != 1 { coordinator.finish(id, from: [1]) }
        }
        // 60 bytes of 50: trial 0 is finished, trial 1 is not, and needs its own.
        #expect(coordinator.study.trials.map { $0.last != nil } == [false, true, true, false])
        #expect(coordinator.study.trials.allSatisfy { $0.number == 3 || $0.best != nil })
        #expect(coordinator.study.checkpointBytes == 50)
        coordinator.finishEpochs(.init(trial: 3, attempt: 1), 1...1, from: [1])
        let actions = coordinator.upload(.init(trial: 3, attempt: 1), file(.best, 1, size: 30), from: [1])
        #expect(actions.contains(.append(.fileRemoved(.init(trial: 2, kind: .last, reason: .budget, unix: 0)))))
        #expect(actions.contains(.storeWhenDurable(.remove(trial: 2, .last, restoresPrevious: false))))
        #expect(actions.contains(.notify(.checkpointBudgetExceeded(bytes: 70, budget: 50))))
        #expect(coordinator.study.trials[3].best != nil, "it is kept all the same")
        let more = coordinator.upload(.init(trial: 3, attempt: 1), file(.last, 1), from: [1])
        #expect(
            !more.contains { if case .notify(_, .checkpointBudgetExceeded) = $0 { true } else { false } }, "told once")
    }

    /// A third `last` takes the place of the first: it needs no more room.
    @Test func whatIsReplacedMakesRoom() throws {
        var settings = CoordinatorSettings()
        settings.study.checkpointBudget = 30
        var coordinator = try PlayedCoordinator(trials: 2, settings: settings)
        coordinator.join([1], slots: 2)
        let other = AttemptID(trial: 1, attempt: 1)
        coordinator.finishEpochs(other, 1...1, from: [1])
        coordinator.upload(other, file(.last, 1), from: [1])
        coordinator.finish(other, from: [1])
        coordinator.finishEpochs(id, 1...4, from: [1])
        for epoch in 1...4 { coordinator.upload(id, file(.last, epoch), from: [1]) }
        #expect(coordinator.study.trials.allSatisfy { $0.last != nil } && coordinator.study.checkpointBytes == 30)
    }

    @Test func aRestartedCoordinatorKeepsToTheBudgetToo() throws {
        var first = try PlayedCoordinator(trials: 4)
        first.join([1], slots: 4)
        // The trial that was finished first is not the first one.
        for trial in [1, 0, 3, 2] {
            let id = AttemptID(trial: trial, attempt: 1)
            first.finishEpochs(id, 1...1, from: [1])
            first.upload(id, file(.last, 1), from: [1])
            first.wait(.seconds(1))
            if trial != 3 { first.finish(id, from: [1]) }
        }
        for (budget, kept) in [
            (30, [true, false, true, true]), (20, [false, false, true, true]), (10, [false, false, false, true]),
            (5, [false, false, false, true]),
        ] {
            var settings = CoordinatorSettings()
            settings.study.checkpointBudget = budget
            let next = try PlayedCoordinator(trials: 4, settings: settings, generation: 2, after: first.records)
            #expect(next.study.trials.map { $0.last != nil } == kept, "\(budget) bytes")
        }
    }

    @Test func aReopenedTrialWithoutItsLastBeginsAnewAndSaysSo() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...2, from: [1])
        coordinator.upload(id, file(.last, 2), from: [1])
        coordinator.finish(id, from: [1])
        let records =
            coordinator.records + [
                .fileRemoved(.init(trial: 0, kind: .last, unix: 1)), .trialReopened(.init(trial: 0, unix: 2)),
            ]
        var next = try PlayedCoordinator(after: records)
        let actions = next.join([1])
        let again = AttemptID(trial: 0, attempt: 2)
        #expect(actions.contains(.notify(.trialBegunAnew(again, reason: "it has no checkpoint to go on from"))))
        #expect(next.study.trials[0].history.isEmpty)
    }

    @Test func aDamagedCheckpointGivesWayToTheOneBefore() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.finishEpochs(id, 1...2, from: [1])
        coordinator.upload(id, file(.last, 1), from: [1])
        coordinator.upload(id, file(.last, 2), from: [1])
        coordinator.send(.handBack(id), from: [1])
        for (attempt, epoch) in [(2, 2), (3, 1)] {
            coordinator.send(.ready(.init(slots: 1)), from: [1])
            let id = AttemptID(trial: 0, attempt: attempt)
            let fetch = coordinator.send(.fetch(.init(id: id, file: .last, offset: 0)), from: [1])
            let chunk = Chunk(id: id, file: file(.last, epoch), offset: 0)
            #expect(fetch == [.store(.read(chunk, ofTrial: 0))])
            let actions = coordinator.cannotRead(chunk)
            #expect(actions.ended(.undelivered) == [id])
            #expect(actions.contains(.storeWhenDurable(.remove(trial: 0, .last, restoresPrevious: epoch == 2))))
        }
        let actions = coordinator.send(.ready(.init(slots: 1)), from: [1])
        let last = AttemptID(trial: 0, attempt: 4)
        #expect(actions.contains(.notify(.trialBegunAnew(last, reason: "it has no checkpoint to go on from"))))
    }

    @Test func dataAreServedToWorkersThatWereAdmitted() throws {
        var coordinator = try PlayedCoordinator()
        let list = WorkerMessage.fetchData(.init(data: "data", path: nil, offset: 0))
        #expect(coordinator.send(list, from: [1]) == [.send(.whoAreYou(.init()), to: [1])])
        coordinator.join([1])
        #expect(coordinator.send(list, from: [1]) == [.store(.list("data", from: 0, [1]))])
        #expect(
            coordinator.send(.fetchData(.init(data: "data", path: "a", offset: 5)), from: [1])
                == [.store(.readData(.init(data: "data", path: "a", offset: 5), [1]))])
    }

    @Test func anEpochThatComesTwiceIsRecordedOnceAndAcknowledgedTwiceAfterItsRecord() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let row = Row(id: id, epoch: 1, metrics: ["loss": 2], learningRate: 0, elapsedSeconds: 0)
        let stored = CoordinatorAction.send(.epochStored(.init(id: id, epoch: 1, metrics: ["loss": 0])), to: [1])
        let actions = coordinator.send(.epochFinished(row), bytes: [1, 2], from: [1])
        let result = EpochResult(id: id, epoch: 1, metrics: ["loss": 2], learningRate: 0, elapsedSeconds: 0)
        #expect(
            actions == [
                .append(.none, .epochFinished(row), encoded: [1, 2]), .notify(.epochFinished(result)), stored,
            ])
        #expect(coordinator.send(.epochFinished(row), from: [1]) == [stored])
    }
}
