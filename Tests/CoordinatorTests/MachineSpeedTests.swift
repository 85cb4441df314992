import Coordinator
import Experiments
import Studies
import TestSupport
import Testing
import Schema

/// What the state machine itself costs: no message may be linear in the number of trials or of workers. Four times as
/// many cost at most some four times as much, where they would cost sixteen times; what that is on this machine is of
/// no account.
@Suite struct MachineSpeedTests {
    @Test func emptyTrialsGoThroughQuickly() throws {
        try expectLinear(5_000, "empty trials") { trials in
            var coordinator = try PlayedCoordinator(trials: trials)
            let time = ProcessorClock.measure {
                coordinator.join([1])
                for trial in 0..<trials {
                    let id = AttemptID(trial: trial, attempt: 1)
                    coordinator.finishEpochs(id, 1...1, from: [1])
                    coordinator.finish(id, from: [1])
                    coordinator.send(.ready(.init(slots: 1)), from: [1])
                }
            }
            #expect(coordinator.study.isOver)
            return time
        }
    }

    @Test func heartbeatsOfThousandsOfWorkersCostLittle() throws {
        try expectLinear(1_250, "workers, ten heartbeats each") { workers in
            var coordinator = try PlayedCoordinator(trials: 3 * workers)
            let peers = (0..<workers).map { PeerID([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
            for (number, peer) in peers.enumerated() { coordinator.join(peer, name: "w-\(number)-1") }
            let running = Dictionary(
                uniqueKeysWithValues: coordinator.status.workers.map { ($0.worker, $0.running[0]) })
            let time = ProcessorClock.measure {
                coordinator.wait(.seconds(10)) { coordinator in
                    for (number, peer) in peers.enumerated() { coordinator.beat(peer, [running["w-\(number)-1"]!]) }
                }
            }
            #expect(coordinator.study.counts.running == workers)
            return time
        }
    }

    /// Compares the processor time of `count` and of four times as many, the best of three each: caches and other
    /// programs disturb the one as the other.
    private func expectLinear(_ count: Int, _ what: String, _ time: (Int) throws -> Duration) throws {
        var (few, many) = (Duration.seconds(3600), Duration.seconds(3600))
        for _ in 0..<3 {
            few = try min(few, time(count))
            many = try min(many, time(4 * count))
        }
        print("\(count) \(what): \(few); four times as many: \(many)")
        #expect(many < few * 8, "\(few) and \(many)")
    }
}
