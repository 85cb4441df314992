import Foundation
import TestSupport
import Testing
import Worker

/// GPUs and processors that are lent to trials.
@Suite struct DevicesTests {
    @Test func noGPUIsLentTwiceAndTheFirstFreedComesFirst() throws {
        let devices = Devices(gpus: ["0", "1", "2", "3"], processors: [])
        var loans = try (0..<4).map { _ in try #require(devices.borrow(gpus: 1, processors: 1, ticket: UUID())) }
        #expect(loans.map(\.gpus) == [["0"], ["1"], ["2"], ["3"]])
        let (next, later) = (UUID(), UUID())
        #expect(devices.borrow(gpus: 1, processors: 1, ticket: next) == nil)
        #expect(devices.borrow(gpus: 1, processors: 1, ticket: later) == nil)
        devices.giveBack(loans.remove(at: 2))
        devices.giveBack(loans.remove(at: 0))
        // Who asked first is served first.
        #expect(devices.borrow(gpus: 1, processors: 1, ticket: later) == nil)
        #expect(devices.borrow(gpus: 1, processors: 1, ticket: next)?.gpus == ["2"])
        #expect(devices.borrow(gpus: 1, processors: 1, ticket: later)?.gpus == ["0"])
    }

    @Test func halvesShareOne() throws {
        let devices = Devices(gpus: ["a", "b"], processors: [])
        let loans = (0..<4).compactMap { _ in devices.borrow(gpus: 0.5, processors: 1, ticket: UUID()) }
        #expect(loans.map(\.gpus) == [["a"], ["a"], ["b"], ["b"]])
        let ticket = UUID()
        #expect(devices.borrow(gpus: 0.5, processors: 1, ticket: ticket) == nil)
        devices.giveBack(loans[2])
        #expect(devices.borrow(gpus: 0.5, processors: 1, ticket: ticket)?.gpus == ["b"])
    }

    @Test func processorsAreLentAloneWhereThereAreEnough() {
        let devices = Devices(gpus: [], processors: [4, 5, 6], lockFolder: nil)
        let first = devices.borrow(gpus: 0, processors: 2, ticket: UUID())
        #expect(first?.processors == [4, 5])
        #expect(devices.borrow(gpus: 0, processors: 2, ticket: UUID()).map(\.processors) == .some(nil))
    }

    /// `winnow run` starts a worker for each slot: two must not pin their trials to the same processor.
    @Test func workersOfOneMachineTakeDifferentProcessors() throws {
        let folder = try TemporaryDirectory()
        var workers = (0..<3).map { _ in Devices(gpus: [], processors: [0, 1], lockFolder: folder.path) }
        let loans = workers.map { $0.borrow(gpus: 0, processors: 1, ticket: UUID())?.processors }
        #expect(loans == [[0], [1], nil])
        workers.removeFirst()
        #expect(workers[1].borrow(gpus: 0, processors: 1, ticket: UUID())?.processors == [0], "it went with its worker")
    }

    @Test(
        arguments: [
            ("all", nil, ["0", "3"]), ("0,2", nil, ["0", "2"]), ("1,0", "4,5", ["5", "4"]),
            ("all", "4,GPU-8f", ["4", "GPU-8f"]),
            ("2", "4,5", nil), ("0,0", nil, nil), ("", nil, nil), ("a b", nil, nil),
        ] as [(String, String?, [String]?)])
    func aListOfGPUsIsRead(_ text: String, _ inherited: String?, _ names: [String]?) {
        #expect(GPUList.read(text, inherited: inherited, present: { [0, 3] }) == names)
    }
}
