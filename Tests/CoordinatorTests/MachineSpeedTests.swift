import Coordinator
import Experiments
import TestSupport
import Testing
import Wire

/// What the state machine itself costs: no message may be linear in the number of trials or of workers.
@Suite struct MachineSpeedTests {
    @Test func emptyTrialsGoThroughQuickly() throws {
        let trials = 20_000
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
        print("\(trials) empty trials: \(time), \(Int(Double(trials) / time.inSeconds)) a second")
        #expect(time < .seconds(2), "it took \(time)")
    }

    @Test func heartbeatsOfThousandsOfWorkersCostLittle() throws {
        let workers = 5000
        var coordinator = try PlayedCoordinator(trials: 3 * workers)
        let peers = (0..<workers).map { PeerID([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
        for (number, peer) in peers.enumerated() { coordinator.join(peer, name: "w-\(number)-1") }
        let running = Dictionary(uniqueKeysWithValues: coordinator.status.workers.map { ($0.worker, $0.running[0]) })
        let seconds = 10
        let time = ProcessorClock.measure {
            coordinator.wait(.seconds(seconds)) { coordinator in
                for (number, peer) in peers.enumerated() { coordinator.beat(peer, [running["w-\(number)-1"]!]) }
            }
        }
        #expect(coordinator.study.count(.running) == workers)
        print("\(workers) workers, one heartbeat a second each: \(time) of \(seconds) s")
        #expect(time < .seconds(1), "it took \(time) of \(seconds) s")
    }
}
