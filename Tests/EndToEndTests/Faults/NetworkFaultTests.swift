import Glibc
import TestSupport
import Testing

extension Studies {
    /// Networks that fail between workers and their coordinator.
    @Suite struct NetworkFaultTests {
        private let study: FaultyStudy

        init() throws {
            study = try FaultyStudy()
        }

        @Test(arguments: [StreamProxy.State.cut, .silent])
        func aLinkThatIsDownForLessThanALeaseTakesNothingAway(_ down: StreamProxy.State) async throws {
            let (coordinator, link, worker) = try await start(lease: .seconds(60))
            link.state = down
            study.slowMotion.end()
            try await coordinator.says("has not been heard for")
            link.state = .whole

            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            #expect(try study.records.endings == [], "no trial was taken away")
            try await study.expectWell(worker)
        }

        @Test(arguments: [StreamProxy.State.cut, .silent])
        func aLinkThatIsDownUntilTheLeaseIsOverMovesItsTrialOnce(_ down: StreamProxy.State) async throws {
            let (coordinator, link, worker) = try await start()
            link.state = down
            study.slowMotion.end()
            try await coordinator.says("is lost")
            link.state = .whole

            try await study.expectWhole(coordinator, lostAttempts: 1...1)
            #expect(try study.records.attempts.reduce(0, +) == 5, "one trial was given out a second time")
            try await study.expectPatient(worker)
        }

        @Test(arguments: [StreamProxy.State.deaf, .mute])
        func aLinkThatIsDownInOneDirectionIsDetectedByBoth(_ down: StreamProxy.State) async throws {
            let (coordinator, link, worker) = try await start()
            let other = try study.worker(try await coordinator.address())
            try await coordinator.says("trial 1 started")
            let connections = link.connections
            link.state = down
            try await coordinator.says("is lost")
            try await eventually {
                link.connections > connections
            } last: {
                link.connections
            }
            link.state = .whole

            // Until it is suspect, a worker that hears nothing may be given one more.
            try await study.expectWhole(coordinator, lostAttempts: 1...2)
            try await study.expectWell(other)
            try await study.expectPatient(worker)
        }

        /// Messages lost, doubled and out of order.
        @Test(arguments: SeededCases(Soak.isOn ? 10 : 1))
        func aNetworkThatLosesDoublesAndReordersChangesNothing(_ testCase: SeededCase) async throws {
            let coordinator = try study.coordinator()
            let proxy = try LossyProxy(to: try await coordinator.address(), harm: .init(), random: testCase.random)
            let workers = try (0..<2).map { _ in try study.worker(proxy.address) }
            try await eventually(timeout: .seconds(60)) {
                proxy.harmed > 5
            } last: {
                proxy.tally
            }

            // Whether an assignment comes through, and a heartbeat in time, is for chance to say.
            try await study.expectWhole(coordinator, lostAttempts: 0...4)
            for worker in workers {
                // It may not hear that all is done.
                worker.send(SIGKILL)
            }
        }

        /// One worker behind a link, in its first trial's second epoch.
        private func start(lease: Duration = FaultyStudy.lease) async throws
            -> (RunningWinnow, StreamProxy, RunningWinnow)
        {
            let coordinator = try study.coordinator(lease: lease)
            let link = try StreamProxy(to: try await coordinator.address())
            let worker = try study.worker(link.address)
            try await coordinator.says("trial 0: epoch 1/3")
            return (coordinator, link, worker)
        }
    }
}
