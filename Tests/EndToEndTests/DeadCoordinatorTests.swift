import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// `kill -9` of a coordinator while its workers train.
    @Suite struct DeadCoordinatorTests {
        private let folder: TemporaryDirectory
        private let slowMotion: SlowMotion

        init() throws {
            slowMotion = try SlowMotion()
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
        }

        @Test func workersEndWithTheRunThatStartedThem() async throws {
            let running = try RunningWinnow(
                ["run", "slow.yaml", "--workers", "2", "--study", "study"], in: folder,
                environment: slowMotion.environment)
            try await running.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")
            let workers = try running.children
            try #require(workers.count == 2)

            running.send(SIGKILL)
            try await eventually {
                workers.allSatisfy(isGone)
            } last: {
                workers.map(isGone)
            }
            _ = try await running.end()

            let again = try await Winnow.run("run", "slow.yaml", "--workers", "2", "--study", "study", in: folder)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.errors.contains("going on"))
            try await expectWholeStudy()
        }

        @Test func workersAreTakenBackByTheNextCoordinator() async throws {
            let killed = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
            let address = try await killed.address()
            let workers = try (0..<2).map { _ in
                try RunningWinnow(["worker", address], in: folder, environment: slowMotion.environment)
            }
            try await killed.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")

            killed.send(SIGKILL)
            _ = try await killed.end()
            let next = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", address, "--study", "study"], in: folder)
            slowMotion.end()
            let end = try await next.end()

            #expect(end.status == 0, "\(end.errors)")
            for worker in workers {
                #expect(try await worker.end().status == 0)
            }
            #expect(try StudyRecords(of: folder.file("study")).attempts == [1, 1, 1, 1], "no trial was taken away")
            try await expectWholeStudy()
        }

        private func expectWholeStudy() async throws {
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }

        /// Whether a process has ended; one that nobody has waited for yet has no command line any more.
        private func isGone(_ pid: pid_t) -> Bool {
            let commandLine = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
            return commandLine?.isEmpty ?? true
        }
    }
}
