import Coordinator
import Experiments
import Studies
import TestSupport
import Testing
import Schema

/// What leaves, and what waits, while the coordinator's disk is full.
@Suite struct DiskTroubleTests {
    private final class KeptLink: CoordinatorLink {
        var messages: [CoordinatorMessage] = []
        func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID) { messages.append(message) }
        func take() -> [CoordinatorMessage] {
            defer { messages = [] }
            return messages
        }
    }

    @Test func aHeartbeatThatComesWithAResultIsAnsweredAndTheResultIsNot() throws {
        let records: [JournalRecord] = [
            .studyCreated(.init(identity: "", dataDigest: "data", program: "test", unix: 0)),
            .trialCreated(.init(trial: 0, point: 0, replicate: 0, seed: 0, assignment: [])),
        ]
        let disk = SimulatedDisk(records, random: SeededCase(seed: 1).random, bug: nil)
        let link = KeptLink()
        var driver = CoordinatorDriver(
            machine: CoordinatorMachine(
                studies: [StudyMachine(disk.state, settings: StudySettings())],
                welcome: .init(generation: 1, study: "test", heartbeatSeconds: 1, leaseSeconds: 15),
                settings: PoolSettings()),
            disks: [.none: disk], link: link, waitsForDisk: true, observe: { _, _ in })
        var now = Timestamp(monotonic: .zero, unix: 0)
        try driver.start(at: now)
        func send(_ message: WorkerMessage) throws -> [CoordinatorMessage] {
            try driver.receive(message, bytes: [], from: [1], at: now)
            try driver.commit(at: now)
            return link.take()
        }
        _ = try send(
            .hello(
                .init(
                    protocolVersion: protocolVersion, worker: "h-1-1", program: "", host: "h", slots: 1,
                    environment: [:], running: [])))
        let id = AttemptID(trial: 0, attempt: 1)
        #expect(try send(.ready(.init(slots: 1))).contains { if case .assign = $0 { true } else { false } })
        let result = Row(id: id, epoch: 1, metrics: [:], learningRate: 0, elapsedSeconds: 0)
        func beat(_ sequence: Int) -> WorkerMessage.Heartbeat {
            .init(sequence: sequence, heard: sequence - 1, slots: 0, progress: [Progress(id)])
        }

        // The commit that finds the disk full holds the answer back: what it would acknowledge is not durable.
        disk.isFull = true
        #expect(try send(.epochFinished(result, heartbeat: beat(1))) == [])
        #expect(driver.isWaitingForDisk)
        // For longer than a lease: who answered nothing would lose the worker.
        for second in 2...30 {
            now = Timestamp(monotonic: .seconds(second), unix: Double(second))
            let answers = try send(.epochFinished(result, heartbeat: beat(second)))
            #expect(answers == [.heartbeat(.init(generation: 1, answers: second))])
            try driver.tick(at: now)
        }
        disk.isFull = false
        now = Timestamp(monotonic: .seconds(32), unix: 32)
        try driver.tick(at: now)
        #expect(!driver.isWaitingForDisk && link.take() == [.epochStored(.init(id: id, epoch: 1, answers: 1))])
        #expect(driver.machine.study.trials[0].id == id && disk.state.trials[0].history.count == 1)
    }
}
