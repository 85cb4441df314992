import Experiments
import Studies
import Foundation
import Glibc
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Processes that die, stand still and wake up again.
    @Suite struct ProcessFaultTests {
        private let study: FaultyStudy

        init() throws {
            study = try FaultyStudy()
        }

        @Test func aWorkerKilledBeforeItHearsThatItsCheckpointIsStored() async throws {
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let link = try StreamProxy(to: address)
            let doomed = try study.worker(link.address)
            try await coordinator.says("trial 0: epoch 1/3")
            // From now on the worker is heard, and hears nothing.
            link.state = .deaf
            let before = try files.count
            try await eventually {
                try files.count > before
            } last: {
                try coordinator.errorsSoFar
            }
            doomed.send(SIGKILL)
            let successor = try study.worker(address)
            try await study.expectWhole(coordinator, lostAttempts: 1...1)
            try await study.expectWell(successor)

            // It went on from what was stored, though nobody had been told that it was.
            let first = try #require(try study.starts(of: 0).first).id
            let stored = try files.last { $0.id == first && $0.file.kind == .last }?.file.epoch
            let starts = try study.starts(of: 0)
            #expect(starts.map(\.id.attempt) == [1, 2])
            #expect(starts.last?.fromEpoch == stored ?? 0)
        }

        @Test func aWorkerThatSleptUntilItWasLostIsFencedOff() async throws {
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let sleeper = try study.worker(address)
            try await coordinator.says("trial 0: epoch 1/3")
            sleeper.send(SIGSTOP)
            let other = try study.worker(address)
            try await coordinator.says("is lost")
            sleeper.send(SIGCONT)

            // A late message that was believed would contradict the journal, or show in the numbers.
            try await study.expectWhole(coordinator, lostAttempts: 1...1)
            try await study.expectWell(other)
            try await study.expectPatient(sleeper)
        }

        @Test func aCoordinatorThatSleptTakesNothingAway() async throws {
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let workers = try (0..<2).map { _ in try study.worker(address) }
            try await coordinator.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")
            coordinator.send(SIGSTOP)
            try await FaultyStudy.pass(Soak.isOn ? .seconds(30) : FaultyStudy.lease * 2)
            coordinator.send(SIGCONT)

            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            // What it gave out at its wake may have gone to a connection that its worker had left.
            #expect(try study.records.endings.filter { !$0.contains("undelivered") } == [], "no trial was taken away")
            for worker in workers { try await study.expectPatient(worker) }
        }

        @Test(.enabled(if: geteuid() == 0, "stopping one thread of a process needs root"))
        func aTrainingThatHangsIsTakenBackThoughItsHeartBeats() async throws {
            let coordinator = try study.coordinator(["--progress-limit", "5s"])
            let address = try await coordinator.address()
            let hanging = try study.worker(address)
            try await coordinator.says("trial 0: epoch 1/3")
            let thread = try StoppedThread(of: hanging.pid)
            let other = try study.worker(address)
            try await coordinator.says("trial 0 returned: it made no progress")
            #expect(try !coordinator.errorsSoFar.contains("is lost"), "its heart beats")

            try await study.expectWhole(coordinator, lostAttempts: 1...1)
            try await study.expectWell(other)
            try thread.release()
        }

        @Test(.enabled(if: geteuid() == 0, "stopping one thread of a process needs root"))
        func aWorkerWhoseTrainingHangsLeavesInTimeAllTheSame() async throws {
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let hanging = try study.worker(address)
            try await coordinator.says("trial 0: epoch 1/3")
            let thread = try StoppedThread(of: hanging.pid)
            hanging.send(SIGTERM)
            let end = try await hanging.end()
            #expect(
                end.status == 75 && end.errors.contains("trial 0 loses what the coordinator does not"), "\(end.errors)")
            let stored = try study.records.state.trials[0].last?.epoch

            let other = try study.worker(address)
            // A preemption, at once: nobody waits for a lease, and no attempt is lost.
            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            try await study.expectWell(other)
            let endings = try study.records.endings
            #expect(endings.count == 1 && endings[0].contains("handedBack"), "\(endings)")
            #expect(try study.starts(of: 0).map(\.fromEpoch) == [0, stored ?? 0])
            try thread.release()
        }

        /// Only the process's end frees a slot whose thread does not leave it.
        @Test(.enabled(if: Soak.isOn && geteuid() == 0, "in make soak, as root: takes 40 s"))
        func aWorkerWhoseThreadDoesNotLeaveASlotEndsWithCode70() async throws {
            let coordinator = try study.coordinator(["--progress-limit", "5s"])
            let address = try await coordinator.address()
            let hanging = try study.worker(address)
            try await coordinator.says("trial 0: epoch 1/3")
            let thread = try StoppedThread(of: hanging.pid)
            try await coordinator.says("trial 0 returned: it made no progress")
            let other = try study.worker(address)
            let end = try await hanging.end()
            #expect(end.status == 70 && end.errors.contains("its thread does not stop"), "\(end.errors)")
            try await study.expectWhole(coordinator, lostAttempts: 1...1)
            try await study.expectWell(other)
            try thread.release()
        }

        /// Every file that was ever stored.
        private var files: [JournalRecord.FileStored] {
            get throws {
                try Journal.read(StudyFolder(study.folder.file("study"))).compactMap { record in
                    if case .fileStored(let body) = record { body } else { nil }
                }
            }
        }
    }
}
