import Coordinator
import Experiments
import Studies
import Testing
import Schema

/// A coordinator's host that sleeps: a closed lid, SIGSTOP.
@Suite struct SleepTests {
    private let first = AttemptID(trial: 0, attempt: 1)

    @Test func aCoordinatorThatSleptTakesNothingAway() throws {
        var settings = CoordinatorSettings()
        settings.pool.progressLimit = .seconds(20)
        let started = JournalRecord.attemptStarted(.init(id: first, worker: "gone-1-1", fromEpoch: 0, unix: 0))
        var coordinator = try PlayedCoordinator(trials: 2, settings: settings, after: [started])
        let second = AttemptID(trial: 1, attempt: 1)
        coordinator.join([1])
        coordinator.beat([1], [Progress(second)])
        coordinator.sleep(.seconds(3600))
        coordinator.wait(.seconds(2)) { $0.beat([1], [Progress(second)]) }
        #expect(coordinator.study.counts.running == 2, "neither the worker's, nor the orphan")
        #expect(coordinator.wait(.seconds(14)) { $0.beat([1], [Progress(second)]) }.ended(.orphaned) == [first])
        #expect(coordinator.wait(.seconds(6)) { $0.beat([1], [Progress(second)]) }.ended(.hung) == [second])
    }

    @Test func alsoASleepShorterThanALeaseIsNoSilence() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        coordinator.sleep(.seconds(10))
        #expect(coordinator.wait(.seconds(8)).ended(.lost) == [])
        #expect(coordinator.wait(.seconds(8)).ended(.lost) == [first])
    }

    /// Heartbeats that came while it slept were not answered: that is no worker's deafness.
    @Test func whatASleepingCoordinatorDidNotAnswerIsNoSignOfDeafness() throws {
        var coordinator = try PlayedCoordinator()
        coordinator.join([1])
        let first = first
        coordinator.wait(.seconds(3)) { $0.beat([1], [Progress(first)]) }
        coordinator.sleep(.seconds(60))
        #expect(coordinator.beat([1], unanswered: 40, [Progress(first)]).ended(.lost) == [])
        // While it is awake, that many are one.
        #expect(coordinator.beat([1], unanswered: 40, [Progress(first)]).ended(.lost) == [first])
    }
}
