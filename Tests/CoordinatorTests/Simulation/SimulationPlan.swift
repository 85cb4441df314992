import Coordinator
import TestSupport

/// What a schedule is made of, all of it drawn from its seed.
struct SimulationPlan {
    /// What is allowed to go wrong.
    enum Kind: Int, CaseIterable {
        /// Nothing but what workers survive without losing a trial: the coordinator crashes, sleeps, has a full disk.
        case coordinator
        /// Workers are told to stop, the study is paused, the coordinator interrupted.
        case people
        /// Workers die, sleep and hang.
        case workers
        /// Messages are lost, doubled, overtaken and cut off.
        case network
        case everything
    }

    enum Fault {
        case killWorker(Int), stopWorker(Int), freezeWorker(Int, Int), hang(Int)
        case crash(study: Int, operations: Int), killCoordinator, freezeCoordinator(Int), interrupt
        case cut(worker: Int, toCoordinator: Bool, toWorker: Bool, Int)
        case fillDisk(study: Int, Int), damage(study: Int, Int), pause(study: Int, Int), retry(study: Int), lie
    }

    let kind: Kind
    /// On one pool.
    static let studies = 3
    /// How each of them comes to its trials.
    let searches: [SimulatedSearch]
    /// Of each study.
    var trials: Int
    var workers: Int
    var slots: Int
    var epochs: Int
    /// Of an epoch, in microseconds.
    var epochTime: ClosedRange<Int>
    /// Of a `last.h5`.
    var checkpointSize: Int
    var dropped = 0.0
    var doubled = 0.0
    var damaged = 0.0
    /// Microseconds that a message takes.
    var delay: ClosedRange<Int>
    /// Microseconds that an executor of a disk takes for what it is asked.
    var diskDelay: ClosedRange<Int>
    /// Whether a message may overtake another.
    var isReordered = false
    var isShared: Bool
    var fetchesData: Bool
    /// Whether every message is encoded and decoded on its way.
    var isEncoded: Bool
    var faults: [(time: Int, fault: Fault)] = []
    /// When all faults are over.
    let calm: Int
    var settings = CoordinatorSettings()

    static let second = 1_000_000

    init(_ random: inout SplitMix64, kind: Kind? = nil, isLarge: Bool = false) {
        func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
        let second = SimulationPlan.second
        self.kind = kind ?? Kind.allCases.randomElement(using: &random)!
        searches = (0..<Self.studies).map { _ in SimulatedSearch.allCases.randomElement(using: &random)! }
        trials = isLarge ? Int.random(in: 7...20, using: &random) : Int.random(in: 1...3, using: &random)
        workers = isLarge ? Int.random(in: 10...50, using: &random) : Int.random(in: 1...4, using: &random)
        slots = chance(0.3) ? 2 : 1
        epochs = Int.random(in: 2...5, using: &random)
        epochTime = chance(0.2) ? 7 * second...12 * second : second / 2...3 * second
        checkpointSize = chance(0.1) ? 600_000 : 64
        delay = 500...5_000
        // Where many fetch their data, a slow disk would take longer than a training may hang.
        diskDelay = chance(0.3) && !isLarge ? 20_000...400_000 : 50...10_000
        isShared = chance(0.3)
        fetchesData = chance(0.2)
        isEncoded = chance(0.03)
        calm = Int.random(in: 10...60, using: &random) * second
        settings.pool.lease = .seconds(5)
        settings.pool.grace = .seconds(5)
        settings.pool.progressLimit = .seconds(30)
        settings.pool.drainLimit = .seconds(8)
        settings.study.maximumFailedAttempts = chance(0.3) ? 3 : 1000
        if chance(0.15) { settings.study.checkpointBudget = 200 }
        if [.network, .everything].contains(self.kind) {
            dropped = [0, 0.01, 0.05, 0.2].randomElement(using: &random)!
            doubled = [0, 0.02, 0.1].randomElement(using: &random)!
            damaged = chance(0.2) ? 0.05 : 0
            isReordered = chance(0.5)
            delay = 500...[5_000, 100_000, 2_000_000].randomElement(using: &random)!
        }
        let count = Int.random(in: 0...(isLarge ? 25 : 7), using: &random)
        faults = (0..<count).map { _ in
            (Int.random(in: 0..<calm, using: &random), draw(&random))
        }.sorted { $0.time < $1.time }
    }

    private func draw(_ random: inout SplitMix64) -> Fault {
        let worker = Int.random(in: 0..<workers, using: &random)
        let study = Int.random(in: 0..<Self.studies, using: &random)
        let time = Int.random(in: 1...20 * SimulationPlan.second, using: &random)
        let ofCoordinator: [Fault] = [
            .crash(study: study, operations: .random(in: 0...6, using: &random)), .killCoordinator,
            .freezeCoordinator(time),
            .fillDisk(study: study, time), .damage(study: study, .random(in: 0..<trials, using: &random)),
        ]
        let ofPeople: [Fault] = [.stopWorker(worker), .pause(study: study, time), .interrupt, .retry(study: study)]
        let ofWorkers: [Fault] = [
            .killWorker(worker), .freezeWorker(worker, time), .hang(worker), .stopWorker(worker), .retry(study: study),
        ]
        let ways = [(true, true), (true, false), (false, true)].randomElement(using: &random)!
        let ofNetwork: [Fault] = [.cut(worker: worker, toCoordinator: ways.0, toWorker: ways.1, time), .lie]
        return switch kind {
        case .coordinator: ofCoordinator.randomElement(using: &random)!
        case .people: ofPeople.randomElement(using: &random)!
        case .workers: ofWorkers.randomElement(using: &random)!
        case .network: ofNetwork.randomElement(using: &random)!
        case .everything: (ofCoordinator + ofPeople + ofWorkers + ofNetwork).randomElement(using: &random)!
        }
    }
}
