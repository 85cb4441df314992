import Experiments
import Studies
import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// Ctrl-C, SIGTERM and a terminal that closes in the middle of an epoch.
    @Suite struct InterruptionTests {
        @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
        func anInterruptedStudyGoesOnToTheSameBits(signal: Int32) async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
            // Nothing is saved between the epochs: what is trained goes on at once, and is caught in the middle.
            let slowMotion = try SlowMotion()
            let running = try RunningWinnow(
                ["run", "slow.yaml", "--workers", "2", "--study", "study", "--set", "checkpoint.every=1h"], in: folder,
                environment: slowMotion.environment)
            try await running.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")

            running.send(signal)
            let interrupted = try await running.end()

            #expect(interrupted.status == 75, "\(interrupted.errors)")
            #expect(try records(folder).lostAttempts == 0, "preemption is no failed attempt")
            #expect(try stepsInto(folder) > 0, "it was to be in the middle of an epoch")

            let again = try await Winnow.run(words(thatContinue: interrupted), in: folder)
            #expect(again.status == 0, "\(again.errors)")
            #expect(try records(folder).epochs == [3, 3, 3, 3])
            #expect(try records(folder).trainedEpochs == 4 * 3, "no epoch was trained twice")
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }

        @Test(arguments: [SIGTERM, SIGHUP])
        func aWorkerThatIsPreemptedHandsItsTrialOn(signal: Int32) async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "ipc://\(folder.file("socket"))"]
                    + ["--study", "study", "--set", "checkpoint.every=1h"], in: folder)
            let address = try await coordinator.address()
            let slowMotion = try SlowMotion()
            let preempted = try RunningWinnow(["worker", address], in: folder, environment: slowMotion.environment)
            try await coordinator.says("trial 0: epoch 1/3")

            preempted.send(signal)
            let ended = try await preempted.end()
            #expect(ended.status == 75 && ended.errors.contains("handed back"), "\(ended.errors)")
            let successor = try RunningWinnow(["worker", address], in: folder)
            let end = try await coordinator.end()

            #expect(end.status == 0, "\(end.errors)")
            #expect(try await successor.end().status == 0)
            #expect(try records(folder).lostAttempts == 0)
            #expect(try records(folder).trainedEpochs == 4 * 3, "no epoch was trained twice")
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }

        /// A terminal that closes sends SIGHUP by the kernel and by the shell: the second is no wish to end at once.
        @Test func aSecondHangUpCutsNothingShort() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
            let slowMotion = try SlowMotion()
            let running = try RunningWinnow(
                ["run", "slow.yaml", "--workers", "2", "--study", "study", "--set", "checkpoint.every=1h"], in: folder,
                environment: slowMotion.environment)
            try await running.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")
            for _ in 0..<5 { running.send(SIGHUP) }
            let ended = try await running.end()
            #expect(ended.status == 75, "\(ended.errors)")
            let records = try records(folder)
            #expect(records.endings.allSatisfy { $0.contains("handedBack") }, "\(records.endings)")
            #expect(records.state.trials.prefix(2).allSatisfy { $0.last != nil }, "both were saved")
        }

        /// Under nohup a terminal may close, and nothing ends.
        @Test func whereHangUpsAreIgnoredTheStudyGoesOn() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
            let slowMotion = try SlowMotion()
            let running = try RunningWinnow(
                ["run", "slow.yaml", "--workers", "2", "--study", "study"], in: folder,
                program: ["sh", "-c", "trap '' HUP; exec \"$0\" \"$@\"", binaryPath("winnow")],
                environment: slowMotion.environment)
            try await running.says("trial 0: epoch 1/3")
            running.send(SIGHUP)
            slowMotion.end()
            let ended = try await running.end()
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(try records(folder).epochs == [3, 3, 3, 3])
        }

        private func records(_ folder: TemporaryDirectory) throws -> StudyRecords {
            try StudyRecords(of: folder.file("study"))
        }

        /// What the last line of the interrupted run tells its user to type.
        private func words(thatContinue run: EndedWinnow) throws -> [String] {
            let last = try #require(run.errorLines.last)
            let command = try #require(last.components(separatedBy: "to go on: winnow ").dropFirst().first, "\(last)")
            return command.split(separator: " ").map(String.init)
        }

        /// The larger number of steps that a saved trial has made in its unfinished epoch.
        private func stepsInto(_ folder: TemporaryDirectory) throws -> Int {
            let printed = try Python.run(
                """
                import glob, sys, h5py
                paths = glob.glob(sys.argv[1] + "/study/trials/*/last.h5")
                print(max(int(h5py.File(path)["schedule_state"].attrs["step"]) for path in paths))
                """, arguments: [folder.path])
            return try #require(Int(printed.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
    }
}
