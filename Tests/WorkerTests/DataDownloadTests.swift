import Experiments
import Studies
import Testing
import Schema
import Worker

private typealias Worker = WorkerUnderTest

/// How a data set comes down, seen through the worker's state machine.
@Suite struct DataDownloadTests {
    let id = WorkerUnderTest.id

    func list(_ files: [(String, Int)]) -> CoordinatorMessage.DataFiles {
        .init(data: "d", files: files.map { .init(path: $0.0, size: $0.1, sha256: "s") })
    }

    func ask(_ path: String?, _ offset: Int = 0) -> WorkerMessage {
        .fetchData(.init(data: "d", path: path, offset: offset))
    }

    /// A worker whose data are missing, and that has got the list of them.
    func missing(_ files: [DataDownload.File], slots: Int = 1) -> (worker: WorkerUnderTest, first: [WorkerAction]) {
        var settings = WorkerSettings()
        settings.slots = slots
        var worker = WorkerUnderTest(settings: settings)
        _ = worker.hear(.assign(Worker.assign()))
        #expect(worker.files(.data(id, .missing)) == [.send(ask(nil))])
        let list = list(files.map { ($0.path, $0.size) })
        #expect(
            worker.hear(.dataFiles(list)).messages == [.fetchData(.init(data: "d", path: nil, offset: files.count))])
        #expect(worker.hear(.dataFiles(list)).isEmpty, "it has come before")
        #expect(worker.hear(.dataFiles(.init(data: "d", offset: files.count, files: []))) == [.beginData(list)])
        let first = worker.files(.dataBegun("d", files))
        return (worker, first)
    }

    func answer(_ worker: inout WorkerUnderTest, _ path: String, _ offset: Int, _ count: Int) -> [WorkerAction] {
        worker.hear(.dataChunk(.init(data: "d", path: path, offset: offset)), bytes: Array(repeating: 0, count: count))
    }

    @Test func filesComeOneAfterTheOtherAndThenTheTrialStarts() {
        var (worker, first) = missing([.init(path: "a", size: 3, have: 0), .init(path: "b", size: 9, have: 4)])
        #expect(first.messages == [ask("a"), ask("b", 4)])
        #expect(answer(&worker, "a", 0, 3).count == 1)
        #expect(worker.files(.dataFile("d", path: "a", isWhole: true)).isEmpty)
        #expect(answer(&worker, "b", 4, 5).count == 1)
        #expect(worker.files(.dataFile("d", path: "b", isWhole: true)) == [.finishData("d")])
        let assign = Worker.assign()
        #expect(worker.files(.dataFinished("d")) == [.findData(assign)])
        #expect(worker.files(.data(id, .here)) == [.start(assign, checkpoint: nil)])
    }

    @Test func atMostSixteenAsksAreUnanswered() {
        var (worker, first) = missing([.init(path: "a", size: 40 * Chunk.size, have: 0)])
        #expect(first.messages.count == 16)
        #expect(answer(&worker, "a", 0, Chunk.size).messages == [ask("a", 16 * Chunk.size)])
        #expect(answer(&worker, "a", 0, Chunk.size).isEmpty, "it has come before")
        #expect(answer(&worker, "a", Chunk.size, 7).isEmpty, "it is too short")
    }

    @Test func whatDoesNotComeIsAskedForAgainFromWhereItStopped() {
        var (worker, _) = missing([.init(path: "a", size: 3 * Chunk.size, have: 0)])
        _ = answer(&worker, "a", 0, Chunk.size)
        #expect(
            worker.wait(.seconds(6)).messages.filter { if case .fetchData = $0 { true } else { false } }
                == [ask("a", Chunk.size), ask("a", 2 * Chunk.size)])
        _ = worker.hear(.whoAreYou(.init()))
        #expect(worker.welcome(generation: 2).messages.contains(ask("a", Chunk.size)))
    }

    @Test func aDamagedFileIsFetchedAgainAndAtLastGivenUp() {
        var (worker, _) = missing([.init(path: "a", size: 3, have: 0)])
        for _ in 0..<3 {
            _ = answer(&worker, "a", 0, 3)
            #expect(worker.files(.dataFile("d", path: "a", isWhole: false)).messages == [ask("a")])
        }
        _ = answer(&worker, "a", 0, 3)
        let actions = worker.files(.dataFile("d", path: "a", isWhole: false))
        #expect(actions.contains(.leaveData("d")) && actions.messages.contains(.handBack(id)))
        guard case .exit(.noData(let reason))? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        #expect(reason.contains("a: it arrives damaged"))
    }

    @Test func allSlotsWaitForOneDownload() {
        var (worker, _) = missing([.init(path: "a", size: 3, have: 0)], slots: 2)
        let second = AttemptID(trial: 1, attempt: 1)
        #expect(worker.hear(.assign(Worker.assign(second))) == [.findData(Worker.assign(second))])
        #expect(worker.files(.data(second, .missing)).isEmpty)
        _ = answer(&worker, "a", 0, 3)
        _ = worker.files(.dataFile("d", path: "a", isWhole: true))
        #expect(
            worker.files(.dataFinished("d")) == [.findData(Worker.assign()), .findData(Worker.assign(second))])
        #expect(worker.hear(.abandon(second)).contains(.leaveData("d")) == false)
    }

    @Test func whileAnotherProcessFetchesThemItLooksEachSecond() {
        var worker = WorkerUnderTest()
        _ = worker.hear(.assign(Worker.assign()))
        #expect(worker.files(.data(id, .busy)).isEmpty)
        for _ in 0..<3 {
            #expect(worker.wait(.seconds(1.1)).filter { $0 == .findData(Worker.assign()) }.count == 1)
            _ = worker.files(.data(id, .busy))
        }
    }
}
