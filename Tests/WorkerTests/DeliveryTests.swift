import Experiments
import Studies
import Testing
import Schema
import Worker

private typealias Worker = WorkerUnderTest

/// What a worker owes the coordinator, seen through its state machine.
@Suite struct DeliveryTests {
    let id = WorkerUnderTest.id

    @Test func anEpochIsKeptAndSentAndSentAgainUntilItIsAcknowledged() {
        var worker = Worker.training()
        #expect(worker.epoch(1) == [.keepRow(Worker.row(1)), Worker.sent(1)])
        #expect(worker.wait(.seconds(6)).contains(.readRows(id, 1...1)))
        #expect(worker.hear(.epochStored(.init(id: id, epoch: 1))) == [.dropRows(id, through: 1)])
        #expect(!worker.wait(.seconds(40)).contains(.readRows(id, 1...1)))
    }

    /// Silence is not answered with a storm: the repetitions come after 5, 10, 20, 30, 30, ... seconds.
    @Test func repetitionsBecomeRarer() {
        var worker = Worker.training()
        _ = worker.epoch(1)
        let repetitions = (1...100).filter { _ in worker.wait(.seconds(1)).contains(.readRows(id, 1...1)) }
        #expect(repetitions == [5, 15, 35, 65, 95])
    }

    @Test func whatIsAcknowledgedMakesRoomForMoreThanAWindowOfResults() {
        var worker = Worker.training()
        let window = Delivery.rowWindow
        for epoch in 1...window { #expect(worker.epoch(epoch).last == Worker.sent(epoch)) }
        for epoch in window + 1...2 * window { #expect(worker.epoch(epoch) == [.keepRow(Worker.row(epoch))]) }
        #expect(worker.hear(.epochStored(.init(id: id, epoch: 10))) == [.dropRows(id, through: 10)], "too few to read")
        #expect(
            worker.hear(.epochStored(.init(id: id, epoch: window / 2)))
                == [.dropRows(id, through: window / 2), .readRows(id, window + 1...window + window / 2)])
        #expect(
            worker.hear(.epochStored(.init(id: id, epoch: window + window / 2)))
                == [
                    .dropRows(id, through: window + window / 2),
                    .readRows(id, window + window / 2 + 1...2 * window),
                ])
    }

    @Test func onlyAWindowOfPiecesIsUnderWay() {
        var worker = Worker.training()
        let big = Worker.file(.last, size: 3 * Chunk.window * Chunk.size)
        #expect(worker.slot(.checkpoint(id, big)).pieces.count == Chunk.window)
        #expect(worker.hear(Worker.received(big, 2 * Chunk.size)).pieces.count == 2)
    }

    /// Files of a checkpoint that the coordinator has in another one do not travel again.
    @Test func onlyWhatHasChangedTravels() {
        var worker = Worker.training()
        let (big, other) = (3 * Chunk.mostCopied / 2, Chunk.size + 10)
        var first = Worker.file(.last, epoch: 1, size: big + 2048)
        first.parts = [.init(sha256: "a", offset: 1024, size: big)]
        var second = Worker.file(.last, epoch: 2, size: other + big + 2048)
        second.parts = [
            .init(sha256: "b", offset: 512, size: other), .init(sha256: "a", offset: 1024 + other, size: big),
        ]
        #expect(worker.slot(.checkpoint(id, first)).pieces.allSatisfy { $0.copied == nil }, "nobody has any of it")
        #expect(worker.slot(.checkpoint(id, second)).isEmpty)

        func copied(_ place: Int, _ from: Int, _ count: Int) -> Chunk {
            Chunk(id: id, file: second.file, offset: place, copied: .init(sha256: "last1", offset: from, count: count))
        }
        let start = 1024 + other
        let most = Chunk.mostCopied
        let pieces = worker.hear(Worker.stored(first)).pieces
        #expect(
            pieces == [
                Chunk(id: id, file: second.file, offset: 0), Chunk(id: id, file: second.file, offset: Chunk.size),
                copied(start, 1024, most),
            ])
        let rest = worker.hear(Worker.received(second, start + most)).pieces
        #expect(rest == [copied(start + most, 1024 + most, big - most)])
        let end = worker.hear(Worker.received(second, start + big)).pieces
        #expect(end == [Chunk(id: id, file: second.file, offset: start + big)])
        // The coordinator has another one now.
        let again = worker.hear(Worker.received(second, 0)).pieces
        #expect(again.first == Chunk(id: id, file: second.file, offset: 0) && again.allSatisfy { $0.copied == nil })
    }

    @Test func theBestGoesBeforeTheLastThatNeedsItAndTheOutcomeAfterBoth() {
        var worker = Worker.training()
        let (best, last) = (Worker.file(.best), Worker.file(.last, best: 1))
        #expect(worker.slot(.checkpoint(id, best)) == [Worker.piece(best)])
        #expect(worker.slot(.checkpoint(id, last)).isEmpty)
        #expect(worker.slot(.finished(Worker.outcome)) == [.send(.ready(.init(slots: 1)))])
        #expect(worker.hear(Worker.stored(best)) == [Worker.piece(last)], "the best stays in the spool")
        #expect(worker.hear(Worker.stored(last)) == [.discard(last), .send(.finished(Worker.outcome))])
        #expect(worker.hear(.outcomeStored(id)) == [.discard(best), .dropRows(id, through: .max)])
    }

    @Test func anOutcomeWaitsForItsEpochs() {
        var worker = Worker.training()
        _ = worker.epoch(1)
        #expect(!worker.slot(.finished(Worker.outcome)).contains(.send(.finished(Worker.outcome))))
        #expect(
            worker.hear(.epochStored(.init(id: id, epoch: 1)))
                == [.dropRows(id, through: 1), .send(.finished(Worker.outcome))])
    }

    @Test func aNewerCheckpointReplacesOneThatHasNotBegunToTravel() {
        var worker = Worker.training()
        let first = Worker.file(.best)
        _ = worker.slot(.checkpoint(id, first))
        let (older, newer) = (Worker.file(.last, epoch: 1, best: 1), Worker.file(.last, epoch: 2, best: 1))
        _ = worker.slot(.checkpoint(id, older))
        #expect(worker.slot(.checkpoint(id, newer)) == [.discard(older)])
        #expect(worker.hear(Worker.stored(first)) == [Worker.piece(newer)])
        #expect(worker.hear(Worker.stored(newer)) == [.discard(newer)])
    }

    @Test func aLastWhoseBestIsNotSentAnyMoreIsDropped() {
        var worker = Worker.training()
        let travelling = Worker.file(.last, epoch: 1, size: 2)
        _ = worker.slot(.checkpoint(id, travelling))
        let (best2, last2) = (Worker.file(.best, epoch: 2), Worker.file(.last, epoch: 2, best: 2))
        _ = worker.slot(.checkpoint(id, best2))
        _ = worker.slot(.checkpoint(id, last2))
        let best3 = Worker.file(.best, epoch: 3)
        #expect(worker.slot(.checkpoint(id, best3)) == [.discard(best2), .discard(last2)])
        #expect(worker.hear(Worker.stored(travelling)) == [.discard(travelling), Worker.piece(best3)])
    }

    @Test func aRefusedLastIsSentAgainAfterItsBest() {
        var worker = Worker.training()
        let (best, last) = (Worker.file(.best), Worker.file(.last, best: 1))
        _ = worker.slot(.checkpoint(id, best))
        _ = worker.hear(Worker.stored(best))
        #expect(worker.slot(.checkpoint(id, last)) == [Worker.piece(last)])
        #expect(worker.hear(Worker.received(last, 0)) == [Worker.piece(best)])
        #expect(worker.hear(Worker.stored(best)) == [Worker.piece(last)])
    }

    @Test func whatIsRefusedAgainAndAgainIsNotSentInAStorm() {
        var worker = Worker.training()
        let last = Worker.file(.last)
        _ = worker.slot(.checkpoint(id, last))
        var pieces = 0
        for _ in 0..<1000 {
            pieces += (worker.hear(Worker.received(last, 0)) + worker.wait(.milliseconds(100))).pieces.count
        }
        #expect((4...8).contains(pieces), "\(pieces) in 100 s")
    }

    @Test func aLostPieceIsSentAgainFromWhatHasArrivedThenFromTheBeginning() {
        var worker = Worker.training()
        let big = Worker.file(.last, size: 4 * Chunk.size)
        _ = worker.slot(.checkpoint(id, big))
        _ = worker.hear(Worker.received(big, Chunk.size))
        #expect(worker.wait(.seconds(6)).pieces.map(\.offset) == [1, 2, 3].map { $0 * Chunk.size })
        #expect(worker.wait(.seconds(10)).pieces.map(\.offset) == [0, 1, 2, 3].map { $0 * Chunk.size })
    }

    @Test func anotherCoordinatorGetsTheFileFromItsBeginning() {
        var worker = Worker.training()
        let big = Worker.file(.last, size: 4 * Chunk.size)
        _ = worker.slot(.checkpoint(id, big))
        _ = worker.hear(Worker.received(big, 3 * Chunk.size))
        _ = worker.hear(.whoAreYou(.init()))
        #expect(worker.welcome(generation: 2).pieces.map(\.offset) == [0, 1, 2, 3].map { $0 * Chunk.size })
    }

    @Test func anAbandonedAttemptLeavesNothingInTheSpool() {
        var worker = Worker.training()
        _ = worker.epoch(1)
        let best = Worker.file(.best)
        _ = worker.slot(.checkpoint(id, best))
        #expect(worker.hear(.abandon(id)) == [.discard(best), .dropRows(id, through: .max), .abandon(id)])
        let late = Worker.file(.last)
        #expect(worker.slot(.checkpoint(id, late)) == [.discard(late)])
        #expect(worker.epoch(2).isEmpty)
    }

    // MARK: A shared folder

    let shared = CoordinatorMessage.SharedFolder(path: "/s", name: ".nonce", nonce: "n")

    func sharing() -> WorkerUnderTest {
        var worker = WorkerUnderTest(shared: [shared])
        _ = worker.files(.sharedFolder(nonce: "n", isHere: true))
        worker.begin(id)
        return worker
    }

    @Test func whereTheFolderIsSharedACheckpointIsPlaced() {
        var worker = sharing()
        let last = Worker.file(.last)
        #expect(worker.slot(.checkpoint(id, last)) == [.place(id, last)])
        #expect(worker.wait(.seconds(40)).pieces.isEmpty, "copying takes as long as it takes")
        #expect(worker.files(.placed(id, last, true)) == [.send(.placed(.init(id: id, file: last.file)))])
        #expect(worker.hear(Worker.stored(last)) == [.discard(last)])
    }

    @Test(arguments: [true, false]) func whatCannotBePlacedGoesOverTheWire(isThere: Bool) {
        var worker = sharing()
        let last = Worker.file(.last)
        _ = worker.slot(.checkpoint(id, last))
        let actions = worker.files(.placed(id, last, isThere))
        // Either the worker cannot write there, or the coordinator does not find it.
        #expect((isThere ? worker.hear(Worker.received(last, 0)) : actions) == [Worker.piece(last)])
    }

    @Test func anotherNonceIsLookedForAgain() {
        var worker = sharing()
        let other = CoordinatorMessage.SharedFolder(path: "/s", name: ".nonce", nonce: "other")
        #expect(worker.welcome(generation: 2, shared: [other]).contains(.findSharedFolder(other)))
        _ = worker.files(.sharedFolder(nonce: "n", isHere: true))
        let last = Worker.file(.last)
        #expect(worker.slot(.checkpoint(id, last)) == [Worker.piece(last)], "an answer to an old question is none")
    }
}
