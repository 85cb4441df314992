import Experiments
import Studies
import Foundation
import Glibc
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Workers whose spool takes no more: what they train is not lost, and nobody else notices.
    @Suite struct SpoolFaultTests {
        private let study: FaultyStudy

        init() throws {
            study = try FaultyStudy()
        }

        /// RLIMIT_FSIZE: results of epochs find room, checkpoints do not.
        @Test func withoutRoomForCheckpointsAWorkerTrainsOnAndWaitsBeforeTheTrialsEnd() async throws {
            let coordinator = try study.coordinator()
            let worker = try study.worker(try await coordinator.address())
            try await coordinator.says("trial 0: epoch 1/3")
            try worker.limitFiles(to: Self.smallerThanACheckpoint)
            try await expectPatience(of: worker, under: coordinator) { try worker.limitFiles(to: nil) }
        }

        /// Not even results of epochs find room: they wait in memory.
        @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
        func onAFullDiskItDoesTheSame() async throws {
            let disk = try SmallDisk(megabytes: 8)
            let coordinator = try study.coordinator()
            let worker = try study.worker(try await coordinator.address(), ["--spool", disk.path])
            try await coordinator.says("trial 0: epoch 1/3")
            try disk.fill()
            try await expectPatience(of: worker, under: coordinator, again: disk.fill) { try disk.empty() }
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [], "the spool is gone")
        }

        /// The workers of `run` say errors only: the coordinator says it for them, waits as for its own disk, and takes
        /// no trial for one that hangs.
        @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
        func theCoordinatorSaysItAndFailsNoTrialForIt() async throws {
            let disk = try SmallDisk(megabytes: 8)
            let run = try RunningWinnow(
                ["run", "slow.yaml", "--workers", "1", "--study", "study"]
                    + ["--progress-limit", "3s", "--max-attempts", "1", "--heartbeat", "200ms"],
                in: study.folder, environment: study.slowMotion.environment.merging(["TMPDIR": disk.path]) { $1 })
            try await run.says("trial 0: epoch 1/3")
            try disk.fill()
            study.slowMotion.end()
            try await run.says("takes nothing more", "No space left on device")
            try await keep(disk.fill) { try run.errorsSoFar.contains("trial 0: epoch 3/3") }
            // Whenever the coordinator has taken something there is room again for a while, and then no trouble.
            try await keep(disk.fill) {
                let status = try await Winnow.run("status", "study", in: study.folder).output
                return status.contains("SPOOL TROUBLE") && status.contains("No space left on device")
            }
            // For longer than a training may stand still.
            let end = ContinuousClock.now + .seconds(5)
            try await keep(disk.fill) { ContinuousClock.now >= end }
            // What the coordinator takes leaves room behind, and a trial may find it: one that waits is never a failed one.
            let waiting = try study.records.state
            #expect(waiting.counts.failed == 0 && waiting.trials.allSatisfy { $0.lostAttempts == 0 })
            try disk.empty()
            try await study.expectWhole(run, lostAttempts: 0...0)
            let lines = try run.errorsSoFar.split(separator: "\n")
            let told = lines.count { $0.contains("takes nothing more") }
            #expect(told >= 1 && lines.count { $0.contains("takes checkpoints again") } == told)
        }

        @Test(arguments: ["trial 0: epoch 1/3", "trial 0: epoch 3/3"])
        func toldToStopItLeavesInTimeAllTheSame(when moment: String) async throws {
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let worker = try study.worker(address)
            try await coordinator.says("trial 0: epoch 1/3")
            try worker.limitFiles(to: Self.smallerThanACheckpoint)
            try await worker.says("the spool takes nothing more")
            if moment.hasSuffix("3/3") { study.slowMotion.end() }
            try await coordinator.says(moment)
            worker.send(SIGTERM)
            let end = try await worker.end()
            // The trial is another's at once, and nobody is told that its newest epochs were saved.
            #expect(end.status == 75 && end.errors.contains("trial 0 loses what the coordinator does not have yet"))
            #expect(!end.errors.contains("saved and handed back"), "\(end.errors)")

            // Another goes on from what was stored last.
            let other = try study.worker(address)
            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            try await study.expectWell(other)
        }

        /// A trial that is to go on needs its checkpoint in the spool first.
        @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
        func aCheckpointThatFindsNoRoomIsFetchedAgain() async throws {
            let disk = try SmallDisk(megabytes: 8)
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let first = try study.worker(address)
            try await coordinator.says("trial 0: epoch 1/3")
            first.send(SIGTERM)
            #expect(try await first.end().status == 75)

            try disk.fill()
            let second = try study.worker(address, ["--spool", disk.path])
            try await second.says("the spool takes nothing more")
            #expect(try study.records.attempts == [2])
            try disk.empty()
            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            try await study.expectWell(second)
            let starts = try study.starts(of: 0)
            #expect(starts.count == 2 && starts[1].fromEpoch > 0, "nothing was trained anew: \(starts)")
        }

        /// Bytes: a checkpoint has hundreds of thousands, what a worker says and the result of an epoch far fewer.
        private static let smallerThanACheckpoint = 50_000

        /// The worker says once what is wrong, and trains on; the trial is over only when there is room for its last
        /// words.
        ///
        /// - Parameter again: done as long as it is to wait: what the coordinator has taken meanwhile leaves room behind,
        ///   and then what is told is told more than once.
        private func expectPatience(
            of worker: RunningWinnow, under coordinator: RunningWinnow, again: (() throws -> Void)? = nil,
            mend: () throws -> Void
        ) async throws {
            try await worker.says("the spool takes nothing more")
            study.slowMotion.end()
            try await keep(again ?? {}) { try coordinator.errorsSoFar.contains("trial 0: epoch 3/3") }
            let passed = ContinuousClock.now + .seconds(2)
            try await keep(again ?? {}) { ContinuousClock.now >= passed }
            #expect(try study.records.state.counts.running == 1, "it waits")
            #expect(try again != nil || study.records.attempts == [1])
            try mend()
            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            let end = try await worker.end()
            #expect(end.status == 0, "\(end.errors)")
            let told = end.errorLines.count { $0.contains("the spool takes nothing more") }
            #expect(again == nil ? told == 1 : told >= 1, "\(end.errors)")
            #expect(end.errorLines.count { $0.contains("the spool takes checkpoints again") } == told, "\(end.errors)")
        }

        /// Does some harm again and again, until something is so.
        private func keep(_ harm: () throws -> Void, until isSo: () async throws -> Bool) async throws {
            try await eventually(timeout: .seconds(60)) {
                try harm()
                return try await isSo()
            } last: {
                try study.records.attempts
            }
        }
    }
}
