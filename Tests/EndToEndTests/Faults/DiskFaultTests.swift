import Experiments
import Studies
import Foundation
import Glibc
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Disks that take no more.
    @Suite struct DiskFaultTests {
        private let study: FaultyStudy

        init() throws {
            study = try FaultyStudy()
        }

        /// RLIMIT_FSIZE: writes fail with EFBIG, as they fail with ENOSPC on a full disk.
        @Test func withoutRoomForItsJournalACoordinatorWaits() async throws {
            let coordinator = try study.coordinator()
            let worker = try study.worker(try await coordinator.address())
            try await coordinator.says("trial 0: epoch 1/3")
            try coordinator.limitFiles(to: journalSize + 10)
            study.slowMotion.end()
            try await expectPatience(of: coordinator) { try coordinator.limitFiles(to: nil) }
            try await study.expectWell(worker)
        }

        @Test func toldNotToWaitItEndsWithCode74() async throws {
            let coordinator = try study.coordinator(["--no-wait-for-disk"])
            let worker = try study.worker(try await coordinator.address())
            try await coordinator.says("trial 0: epoch 1/3")
            try coordinator.limitFiles(to: journalSize + 10)
            study.slowMotion.end()
            let end = try await coordinator.end()
            #expect(end.status == 74, "\(end.errors)")
            #expect(end.errorLines.count { $0.contains("File too large") } == 1, "\(end.errors)")
            worker.send(SIGKILL)

            // What had been acknowledged is there, and all goes on.
            let next = try study.coordinator()
            let successor = try study.worker(try await next.address())
            try await study.expectWhole(next, lostAttempts: 0...0)
            try await study.expectWell(successor)
        }

        @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
        func onAFullDiskItWaitsToo() async throws {
            let disk = try SmallDisk()
            // Every checkpoint is 300 kB: without them, there is room for the whole study and nothing else.
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "\(disk.path)/study"]
                    + ["--set", "model.layers.0.conv2d.channels=4", "--set", "model.layers.2.conv2d.channels=4"]
                    + ["--set", "train.epochs=6", "--set", "search.trials=2"], in: study.folder)
            let worker = try study.worker(try await coordinator.address())
            try await coordinator.says("trial 0: epoch 1/6")
            try disk.fill()
            study.slowMotion.end()
            try await coordinator.says("No space left on device")
            let before = try recordCount(disk.path + "/study")
            try await FaultyStudy.pass(.seconds(2))
            #expect(try recordCount(disk.path + "/study") == before, "dispatch pauses")
            try disk.empty()
            let end = try await coordinator.end()
            #expect(end.status == 0, "\(end.errors)")
            #expect(end.errorLines.count { $0.contains("nothing is acknowledged") } == 1, "\(end.errors)")
            #expect(try StudyRecords(of: disk.path + "/study").epochs == [6, 6])
            try await study.expectWell(worker)
        }

        /// The coordinator says once what is wrong, acknowledges nothing meanwhile, and goes on by itself.
        private func expectPatience(of coordinator: RunningWinnow, mend: () throws -> Void) async throws {
            try await coordinator.says("nothing is acknowledged until this passes")
            let path = study.folder.file("study")
            let before = try recordCount(path)
            try await FaultyStudy.pass(.seconds(2))
            #expect(try recordCount(path) == before)
            try mend()
            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            let lines = try coordinator.errorsSoFar.split(separator: "\n")
            #expect(lines.count { $0.contains("nothing is acknowledged") } == 1)
            #expect(lines.count { $0.contains("the disk takes records again") } == 1)
        }

        /// No file may become longer than the journal is, but for a few bytes; what the coordinator says is shorter.
        private var journalSize: Int { get throws { try study.records.bytes.count } }

        private func recordCount(_ study: String) throws -> Int {
            try Journal.read(StudyFolder(study)).count
        }
    }
}
