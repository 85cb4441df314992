import Coordinator
import Experiments
import Studies
import Testing

/// Failed trials that are let try again, and how their workers ended.
@Suite struct RetryTests {
    private let first = AttemptID(trial: 0, attempt: 1)

    private func coordinator(attempts: Int = 1, trials: Int = 2) throws -> PlayedCoordinator {
        var settings = CoordinatorSettings()
        settings.study.maximumFailedAttempts = attempts
        return try PlayedCoordinator(trials: trials, settings: settings)
    }

    @Test func aFailedTrialIsGivenOutAgainAndItsFailuresNoLongerCount() throws {
        var coordinator = try coordinator(attempts: 2)
        coordinator.join([1])
        coordinator.loses("host-1-1", ProcessEnd(signal: 11))
        coordinator.join([2])
        coordinator.loses("host-2-1", ProcessEnd(signal: 11))
        #expect(coordinator.study.trials[0].phase == .failed)
        coordinator.join([3])

        let actions = coordinator.retry([0])
        #expect(actions.contains(.append(.trialRetried(.init(trial: 0, unix: 0)))))
        #expect(actions.contains(.notify(.trialRetried(trial: 0))))
        #expect(coordinator.study.trials[0].phase == .waiting && coordinator.study.trials[0].outcome == nil)
        // The third worker has the other trial; whoever comes now takes this one up.
        #expect(coordinator.join([4]).assigned(to: [4]) == [AttemptID(trial: 0, attempt: 3)])
        coordinator.loses("host-4-1", ProcessEnd(exitCode: 1))
        #expect(coordinator.study.trials[0].phase == .waiting, "one of two attempts failed since then")
        #expect(coordinator.study.trials[0].lostAttempts == 2, "what happened before is not forgotten")
        #expect(coordinator.retry([0]).isEmpty, "it has not failed")
        coordinator.join([5])
        coordinator.loses("host-5-1", nil)
        #expect(
            coordinator.study.trials[0].outcome?.error == "lost its worker 2 times: exit code 1 once, silence once",
            "and the ways of before are not told again")
    }

    @Test func allThatFailedAreTriedAgain() throws {
        var coordinator = try coordinator(trials: 3)
        coordinator.join([1], slots: 2)
        coordinator.loses("host-1-1", nil)
        #expect(coordinator.study.trials.map(\.phase) == [.failed, .failed, .waiting])
        #expect(coordinator.machine.refusalToRetry(nil, of: .none) == nil)
        coordinator.retry(nil)
        #expect(coordinator.study.trials.map(\.phase) == [.waiting, .waiting, .waiting])
    }

    @Test func whatCannotBeTriedAgainIsSaid() throws {
        var coordinator = try coordinator()
        coordinator.join([1])
        coordinator.finish(first, from: [1])
        #expect(coordinator.machine.refusalToRetry([0], of: .none) == "trial 0 is completed")
        #expect(coordinator.machine.refusalToRetry([2], of: .none) == "there is no trial 2; they are numbered 0 to 1")
        #expect(coordinator.machine.refusalToRetry([-1], of: .none) == "there is no trial -1; they are numbered 0 to 1")
        #expect(coordinator.machine.refusalToRetry([1], of: .none) == nil)
        coordinator.interrupt()
        #expect(coordinator.machine.refusalToRetry([1], of: .none)?.hasPrefix("it is ending") == true)
    }

    // MARK: How a worker ended

    @Test(arguments: [
        (ProcessEnd(signal: 11), "signal 11 (SIGSEGV)"), (ProcessEnd(signal: 9), "signal 9 (SIGKILL)"),
        (ProcessEnd(signal: 9, isMemoryKill: true), "signal 9 (SIGKILL) of the kernel's memory killer"),
        (ProcessEnd(exitCode: 3), "exit code 3"), (ProcessEnd(signal: 40), "signal 40"),
    ])
    func theRecordSaysHowAWorkerEnded(_ end: ProcessEnd, _ words: String) throws {
        var coordinator = try coordinator(attempts: 5)
        coordinator.join([1])
        let actions = coordinator.loses("host-1-1", end)
        #expect(
            actions.contains(
                .append(
                    .attemptEnded(
                        .init(
                            id: first, reason: .lost, detail: "its worker's process ended by \(words)", process: end,
                            unix: 0)))))
        #expect(actions.contains(.notify(nil, .workerLost(worker: "host-1-1", process: end))))
        #expect(actions.contains(.notify(.trialReturned(first, reason: .lost, process: end))))
        #expect(coordinator.study.trials[0].processEnds == [end])
    }

    @Test(
        arguments: [
            (
                [ProcessEnd(signal: 11), ProcessEnd(signal: 11), ProcessEnd(signal: 11)],
                "lost its worker 3 times: signal 11 (SIGSEGV); this is a fault in the program or in a library: please report it"
            ),
            (
                [ProcessEnd(signal: 9, isMemoryKill: true)],
                "lost its worker once: signal 9 (SIGKILL) of the kernel's memory killer; run fewer workers, or give them more "
                    + "memory"
            ),
            (
                [ProcessEnd(signal: 9), ProcessEnd(signal: 11), nil, ProcessEnd(signal: 11)],
                "lost its worker 4 times: signal 11 (SIGSEGV) 2 times, signal 9 (SIGKILL) once, silence once"
            ),
            ([nil, nil], "lost its worker 2 times"),
        ] as [([ProcessEnd?], String)])
    func aFailedTrialSaysHowItLostItsWorkers(_ ends: [ProcessEnd?], _ error: String) throws {
        var coordinator = try coordinator(attempts: ends.count, trials: 1)
        for (number, end) in ends.enumerated() {
            coordinator.join([UInt8(number)])
            coordinator.loses("host-\(number)-1", end)
        }
        #expect(coordinator.study.trials[0].outcome?.error == error)
    }
}
