import Coordinator
import Schema
import Studies
import StudyStore
import TestSupport
import Worker

/// What goes wrong.
extension Simulation {
    func strike(_ fault: SimulationPlan.Fault) {
        switch fault {
        case .killWorker(let number): kill(number)
        case .stopWorker(let number):
            guard let worker = workers[number], worker.frozenUntil <= time else { return }
            perform(worker.stop(now: now), of: number)
        case .freezeWorker(let number, let duration):
            guard let worker = workers[number] else { return }
            promises.disturbed.insert(worker.name)
            worker.frozenUntil = time + duration
        case .hang(let number):
            guard let worker = workers[number] else { return }
            promises.disturbed.insert(worker.name)
            worker.hang()
        case .crash(let study, let operations): disks[studies[study]]!.crash(after: operations)
        case .killCoordinator: if driver != nil { stopCoordinator() }
        case .freezeCoordinator(let duration): freezeCoordinator(duration)
        case .interrupt:
            guard isCoordinatorAwake(.fault(fault)) else { return }
            drive { driver throws(StudyStoreError) in try driver.interrupt(at: moment) }
        case .cut(let number, let toCoordinator, let toWorker, let duration):
            for worker in workers.compactMap({ $0 }) where worker.number == number {
                promises.disturbed.insert(worker.name)
            }
            if toCoordinator { cuts[number][0] = time + duration }
            if toWorker { cuts[number][1] = time + duration }
        case .fillDisk(let study, let duration):
            disks[studies[study]]!.isFull = true
            queue.push(.refill(studies[study]), at: time + duration)
        case .damage(let study, let trial): disks[studies[study]]!.damage(trial, before: plan.epochs)
        case .pause(let study, let duration):
            guard isCoordinatorAwake(.fault(fault)) else { return }
            drive { driver throws(StudyStoreError) in try driver.setPaused(true, studies[study], at: moment) }
            queue.push(.unpause(studies[study]), at: time + duration)
        case .retry(let study):
            guard isCoordinatorAwake(.fault(fault)) else { return }
            drive { driver throws(StudyStoreError) in _ = try driver.retry(nil, of: studies[study], at: moment) }
        case .lie:
            liars += 1
            let peer: PeerID = [255, UInt8(truncatingIfNeeded: liars), 1, 0]
            let study = studies.randomElement(using: &random)!
            for lie in LyingWorker.lies(number: liars, about: disks[study]!.state, using: &random) {
                queue.push(.toCoordinator(lie.message, lie.bytes, peer), at: time + liars * 10 + 1)
            }
        }
    }

    private func freezeCoordinator(_ duration: Int) {
        guard driver != nil, coordinatorFrozenUntil <= time else { return }
        coordinatorFrozenUntil = time + duration
        guard bug == .sleepIsTakenForSilence else { return }
        // As if it had gone on looking at the clock, with closed ears.
        for step in 1...max(1, duration / 500_000) where driver != nil {
            let then = Timestamp(monotonic: now + .milliseconds(500 * step), unix: 0)
            drive { driver throws(StudyStoreError) in try driver.tick(at: then) }
        }
    }
}
