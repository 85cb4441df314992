import Glibc
import TestSupport
import Testing

extension Studies {
    /// `kill -9` of a worker in the middle of its trial.
    @Suite struct DeadWorkerTests {
        private let folder: TemporaryDirectory
        private let slowMotion: SlowMotion

        init() throws {
            slowMotion = try SlowMotion()
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
        }

        @Test func itsTrialGoesToAnotherWhenItsLeaseIsOver() async throws {
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study", "--lease", "5s"],
                in: folder)
            let address = try await coordinator.address()
            let workers = try (0..<2).map { _ in
                try RunningWinnow(["worker", address], in: folder, environment: slowMotion.environment)
            }
            try await coordinator.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")

            workers[0].send(SIGKILL)
            try await coordinator.says("is lost")
            slowMotion.end()
            let end = try await coordinator.end()

            #expect(end.status == 0, "\(end.errors)")
            #expect(try await workers[1].end().status == 0)
            try await expectWholeStudy(lostAttempts: 1)
        }

        @Test func aWorkerOfRunIsReplacedAtOnce() async throws {
            let running = try RunningWinnow(
                ["run", "slow.yaml", "--workers", "2", "--study", "study"], in: folder,
                environment: slowMotion.environment)
            try await running.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")
            let before = try running.children
            try #require(before.count == 2)

            kill(before[0], SIGKILL)
            try await eventually {
                try running.children.count == 2 && running.children != before
            } last: {
                try running.children
            }
            slowMotion.end()
            let end = try await running.end()

            #expect(end.status == 0, "\(end.errors)")
            try await expectWholeStudy(lostAttempts: 1)
        }

        /// Every trial is complete, every epoch stands there once, and all is as if nothing had happened.
        private func expectWholeStudy(lostAttempts: Int) async throws {
            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.lostAttempts == lostAttempts)
            #expect(records.attempts.reduce(0, +) == 4 + lostAttempts)
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }
    }
}
