import Coordinator
import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Schema
import Worker

/// Three studies on one pool, in one thread: the real driver and state machines, over a network, disks and a clock that a
/// seed rules.
///
/// The same seed gives the same schedule, event by event, in every process.
final class Simulation {
    enum Event {
        case toCoordinator(WorkerMessage, [UInt8], PeerID)
        case toWorker(Int, CoordinatorMessage, [UInt8], PeerID)
        case workerTick(Int, incarnation: Int)
        case train(Int, incarnation: Int, AttemptID, serial: Int)
        case storage(Int, incarnation: Int, StorageEvent)
        case coordinatorTick(generation: Int)
        case commit(generation: Int)
        case executor(StudyID, SimulatedExecutor, generation: Int)
        case startWorker(Int)
        case startCoordinator
        case fault(SimulationPlan.Fault)
        case refill(StudyID), unpause(StudyID), calm
    }

    let plan: SimulationPlan
    let disks: [StudyID: SimulatedDisk]
    /// In their order.
    let studies: [StudyID]
    let promises: Promises
    let bug: PlantedBug?
    var random: SplitMix64
    var queue = EventQueue<Event>()
    var time = 0
    var driver: CoordinatorDriver<SimulatedDisk, SimulatedLink>?
    private var impostor: BugFilter?
    private var generation = 0
    var coordinatorFrozenUntil = 0
    private var isCommitDue = false
    var workers: [SimulatedWorker?]
    private var incarnations: [Int]
    private var arrivals: [[Int]]
    /// When an executor has done all that it was asked.
    private var free: [StudyID: [SimulatedExecutor: Int]] = [:]
    /// Until when a worker's messages, and those to it, go nowhere.
    var cuts: [[Int]]
    private var isCalm = false
    private var isOver = false
    var liars = 0
    private(set) var eventCount = 0

    /// - Parameter bug: what is wrong with this coordinator, on purpose.
    init(_ testCase: SeededCase, kind: SimulationPlan.Kind? = nil, isLarge: Bool = false, bug: PlantedBug? = nil) {
        random = testCase.random
        plan = SimulationPlan(&random, kind: kind, isLarge: isLarge)
        self.bug = bug
        promises = Promises(epochs: plan.epochs, settings: plan.settings)
        studies = (1...SimulationPlan.studies).map { StudyID(UInt64($0)) }
        var disks: [StudyID: SimulatedDisk] = [:]
        for (study, search) in zip(studies, plan.searches) {
            var records: [JournalRecord] = [
                .studyCreated(
                    .init(id: study, identity: "", dataDigest: SimulatedDisk.dataDigest, program: "test", unix: 0))
            ]
            if search == .none {
                records += (0..<plan.trials).map { .trialCreated(SimulatedSearch.creation($0)) }
                records.append(.decided(.init(.finish)))
            }
            disks[study] = SimulatedDisk(records, random: random.split(), bug: bug)
            disks[study]!.promises = promises
        }
        self.disks = disks
        workers = Array(repeating: nil, count: plan.workers)
        incarnations = Array(repeating: 0, count: plan.workers)
        arrivals = Array(repeating: [0, 0], count: plan.workers)
        cuts = Array(repeating: [0, 0], count: plan.workers)
        impostor = bug.map { BugFilter($0) }
        queue.push(.startCoordinator, at: 0)
        for number in 0..<plan.workers { queue.push(.startWorker(number), at: number * 10_000) }
        for (time, fault) in plan.faults { queue.push(.fault(fault), at: time) }
        queue.push(.calm, at: plan.calm)
        for study in studies {
            disks[study]!.schedule = { [unowned self] executor in schedule(executor, of: study) }
        }
    }

    /// What was asked first is done first.
    private func schedule(_ executor: SimulatedExecutor, of study: StudyID) {
        let begin = max(time, free[study]?[executor] ?? 0)
        let end = begin + Int.random(in: isCalm ? 50...10_000 : plan.diskDelay, using: &random)
        free[study, default: [:]][executor] = end
        queue.push(.executor(study, executor, generation: generation), at: end)
    }

    /// Runs the study to its end.
    ///
    /// - Returns: what broke a promise; nil where nothing did.
    func run() -> String? {
        // The longest waits of all: a training that hangs, then its thread, then a worker's way back.
        let limit = plan.calm + 600 * SimulationPlan.second
        while promises.violation == nil, !isOver, let next = queue.pop() {
            time = max(time, next.time)
            promises.now = now
            eventCount += 1
            guard time <= limit else {
                let trials = studies.map { disks[$0]!.state.trials.map { "\($0.phase) \($0.history.count)" } }
                promises.violate("the studies do not end: \(trials)")
                break
            }
            handle(next.event)
        }
        for study in studies where promises.violation == nil { promises.concludes(disks[study]!, of: plan) }
        return promises.violation
    }

    /// All records that have become durable, study by study.
    var durable: [[JournalRecord]] { studies.map { disks[$0]!.durable } }

    var now: Duration { .microseconds(time) }
    var moment: Timestamp { Timestamp(monotonic: now, unix: Double(time) / 1e6) }

    private func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }

    /// Prints every event but ticks, to understand a schedule that failed.
    private static let isTraced = ProcessInfo.processInfo.environment["WINNOW_TEST_TRACE"] != nil

    private func trace(_ text: @autoclosure () -> String) {
        if Simulation.isTraced { print(now, text()) }
    }

    private func handle(_ event: Event) {
        switch event {
        case .workerTick, .coordinatorTick, .commit, .executor: break
        default: trace("\(event)")
        }
        switch event {
        case .toCoordinator(let message, let bytes, let peer): arrive(message, bytes, from: peer, event)
        case .toWorker(let number, let message, let bytes, let peer):
            guard let worker = awake(number, event), worker.peer == peer else { return }
            perform(worker.receive(message, bytes, now: now), of: number)
        case .workerTick(let number, let incarnation):
            guard incarnations[number] == incarnation, let worker = awake(number, event) else { return }
            perform(worker.tick(now: now), of: number)
            queue.push(event, at: time + 400_000)
        case .train(let number, let incarnation, let id, let serial):
            guard incarnations[number] == incarnation, let worker = awake(number, event) else { return }
            perform(worker.train(id, serial: serial, now: now), of: number)
        case .storage(let number, let incarnation, let stored):
            guard incarnations[number] == incarnation, let worker = awake(number, event) else { return }
            perform(worker.receive(stored, now: now), of: number)
        case .coordinatorTick(let generation):
            guard generation == self.generation, isCoordinatorAwake(event) else { return }
            drive { driver throws(StudyStoreError) in try driver.tick(at: moment) }
            queue.push(event, at: time + 250_000)
        case .commit(let generation):
            guard generation == self.generation, isCoordinatorAwake(event) else { return }
            isCommitDue = false
            drive { driver throws(StudyStoreError) in try driver.commit(at: moment) }
        case .executor(let study, let executor, let generation):
            guard generation == self.generation, isCoordinatorAwake(event) else { return }
            let answer = disks[study]!.step(executor)
            drive { driver throws(StudyStoreError) in
                if let answer { try driver.receive(answer, of: study, at: moment) }
            }
            commitSoon()
        case .startWorker(let number): startWorker(number)
        case .startCoordinator: startCoordinator()
        case .fault(let fault): if !isCalm { strike(fault) }
        case .refill(let study): disks[study]!.isFull = false
        case .unpause(let study):
            guard driver == nil || isCoordinatorAwake(event) else { return }
            drive { driver throws(StudyStoreError) in try driver.setPaused(false, study, at: moment) }
            // Who had no answer, since the coordinator died before it was durable, asks again.
            if driver == nil || disks[study]!.state.isPaused { queue.push(event, at: time + SimulationPlan.second) }
        case .calm:
            isCalm = true
            for study in studies {
                disks[study]!.isFull = false
                queue.push(.unpause(study), at: time)
            }
        }
    }

    // MARK: Processes

    /// The worker, if it runs; where it is stopped, the event waits for it.
    private func awake(_ number: Int, _ event: Event) -> SimulatedWorker? {
        guard let worker = workers[number] else { return nil }
        guard worker.frozenUntil <= time else {
            queue.push(event, at: worker.frozenUntil)
            return nil
        }
        return worker
    }

    func isCoordinatorAwake(_ event: Event) -> Bool {
        guard driver != nil else { return false }
        guard coordinatorFrozenUntil <= time else {
            queue.push(event, at: coordinatorFrozenUntil)
            return false
        }
        return true
    }

    private func startWorker(_ number: Int) {
        guard workers[number] == nil else { return }
        incarnations[number] += 1
        let worker = SimulatedWorker(
            number: number, incarnation: incarnations[number], plan: plan, disks: disks, promises: promises,
            random: random.split(), now: now)
        workers[number] = worker
        let isSlow = plan.dropped > 0 || plan.doubled > 0 || plan.isReordered || plan.delay.upperBound > 500_000
        if isSlow { promises.disturbed.insert(worker.name) }
        perform(worker.start(now: now), of: number)
        queue.push(
            .workerTick(number, incarnation: incarnations[number]),
            at: time + Int.random(in: 0..<400_000, using: &random))
    }

    func kill(_ number: Int) {
        guard let worker = workers[number] else { return }
        promises.disturbed.insert(worker.name)
        bury(number)
    }

    private func bury(_ number: Int) {
        workers[number] = nil
        queue.push(.startWorker(number), at: time + Int.random(in: 100_000...5_000_000, using: &random))
    }

    private func startCoordinator() {
        generation += 1
        var settings = plan.settings
        settings.study.epochs = plan.epochs
        if bug == .orphansAreTakenAwayAtOnce { settings.pool.grace = .zero }
        promises.started = now
        isCommitDue = false
        free = [:]
        let machine = CoordinatorMachine(
            studies: zip(studies, plan.searches).map { study, search in
                StudyMachine(
                    disks[study]!.reopen(), settings: settings.study, experiment: "",
                    digest: String(repeating: "\(study)", count: 4),
                    search: search.reducer(trials: plan.trials), generation: generation)
            },
            welcome: .init(
                generation: generation, study: "test", heartbeatSeconds: settings.pool.heartbeat.inSeconds,
                leaseSeconds: settings.pool.lease.inSeconds, shared: plan.isShared ? studies.map(sharedFolder) : []),
            settings: settings.pool)
        driver = CoordinatorDriver(
            machine: machine, disks: disks, link: SimulatedLink(simulation: self), waitsForDisk: true,
            observe: { [unowned self] event, _ in trace("\(event)") })
        drive { driver throws(StudyStoreError) in try driver.start(at: moment) }
        queue.push(.coordinatorTick(generation: generation), at: time + 250_000)
    }

    private func sharedFolder(of study: StudyID) -> CoordinatorMessage.SharedFolder {
        let nonce = "\(study)".dropFirst(2) + "\(10 + generation % 90)"
        return .init(study: study, path: "/study", name: ".shared", nonce: String(nonce))
    }

    func stopCoordinator() {
        driver = nil
        for study in studies { disks[study]!.crash() }
        coordinatorFrozenUntil = 0
        queue.push(.startCoordinator, at: time + Int.random(in: 100_000...8_000_000, using: &random))
    }

    /// Calls the driver, and looks what became of it.
    func drive(
        _ body: (inout CoordinatorDriver<SimulatedDisk, SimulatedLink>) throws(StudyStoreError) -> Void
    ) {
        guard driver != nil else { return }
        do {
            try body(&driver!)
        } catch {
            if !isCrashed { promises.violate("the coordinator ended: \(error)") }
        }
        if isCrashed {
            stopCoordinator()
        } else if let end = driver?.end {
            if end == .finished {
                isOver = true
            } else {
                stopCoordinator()
            }
        }
    }

    private var isCrashed: Bool { studies.contains { disks[$0]!.isCrashed } }

    // MARK: The network

    private func arrive(_ message: WorkerMessage, _ bytes: [UInt8], from peer: PeerID, _ event: Event) {
        guard driver != nil else {
            // Who sends to nobody loses it, or has it lie in a queue.
            return Bool.random(using: &random) ? queue.push(event, at: time + 500_000) : ()
        }
        guard isCoordinatorAwake(event) else { return }
        drive { driver throws(StudyStoreError) in
            if let impostor {
                try impostor.receive(message, bytes, from: peer, by: &driver, at: moment)
            } else {
                try driver.receive(message, bytes: bytes, from: peer, at: moment)
            }
        }
        commitSoon()
    }

    private func commitSoon() {
        guard driver != nil, !isCommitDue else { return }
        isCommitDue = true
        queue.push(.commit(generation: generation), at: time + Int.random(in: 0...4_000, using: &random))
    }

    fileprivate func send(_ message: CoordinatorMessage, _ bytes: [UInt8], to peer: PeerID) {
        guard !isCrashed, let first = peer.bytes.first, first < 255, workers.indices.contains(Int(first)) else {
            return
        }
        let number = Int(first)
        let message = impostor?.send(message, to: peer) ?? message
        if let worker = workers[number], worker.peer == peer { promises.leaves(message, to: worker.name, on: disks) }
        guard cuts[number][1] <= time || isCalm else { return }
        let carried = plan.isEncoded ? roundTripped(message, bytes) : (message, bytes)
        travel(.toWorker(number, carried.0, carried.1, peer), number, 1)
    }

    private func travel(_ event: Event, _ number: Int, _ direction: Int) {
        if !isCalm, chance(plan.dropped) { return }
        for _ in 0..<(!isCalm && chance(plan.doubled) ? 2 : 1) {
            var arrival = time + Int.random(in: isCalm ? 500...5_000 : plan.delay, using: &random)
            if !plan.isReordered { arrival = max(arrival, arrivals[number][direction]) }
            arrivals[number][direction] = arrival
            queue.push(event, at: arrival)
        }
    }

    func perform(_ effects: [SimulatedWorker.Effect], of number: Int) {
        guard let worker = workers[number] else { return }
        let incarnation = incarnations[number]
        for effect in effects {
            switch effect {
            case .send(let message, let bytes):
                guard cuts[number][0] <= time || isCalm else { continue }
                let carried = plan.isEncoded ? roundTripped(message, bytes) : (message, bytes)
                travel(.toCoordinator(carried.0, carried.1, worker.peer), number, 0)
            case .storage(let event):
                queue.push(
                    .storage(number, incarnation: incarnation, event),
                    at: time + Int.random(in: 100...20_000, using: &random))
            case .train(let id, let serial):
                let half = Int.random(in: plan.epochTime, using: &random) / 2
                queue.push(.train(number, incarnation: incarnation, id, serial: serial), at: time + half)
            case .reconnect:
                break
            case .exit:
                // What it had to say last is heard by nobody.
                if driver == nil || coordinatorFrozenUntil > time { promises.disturbed.insert(worker.name) }
                bury(number)
            }
        }
    }
}

/// The coordinator's way to the simulated workers.
struct SimulatedLink: CoordinatorLink {
    unowned let simulation: Simulation

    func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID) {
        simulation.send(message, bytes, to: peer)
    }
}
