import Experiments
import Studies
import Glibc
import TestSupport
import Testing

extension Studies {
    /// A trial whose workers are killed fails and says how; `winnow retry` lets it try again.
    @Suite struct RetryTests {
        private let folder: TemporaryDirectory
        private let slowMotion: SlowMotion

        init() throws {
            slowMotion = try SlowMotion()
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
        }

        private func run() throws -> RunningWinnow {
            try RunningWinnow(
                ["run", "slow.yaml", "--workers", "1", "--study", "study", "--max-attempts", "1"], in: folder,
                // Swift's own report of a crash takes minutes on a busy machine.
                environment: slowMotion.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 })
        }

        /// Kills the only worker while it trains its first trial.
        private func breakTrial0(_ running: RunningWinnow, _ signal: Int32) async throws {
            try await running.says("trial 0: epoch 1/")
            kill(try #require(try running.children.first), signal)
            try await running.says("trial 0 failed: lost its worker once: signal \(signal)")
        }

        private func expectWhole() async throws {
            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.epochs == [3, 3, 3, 3])
            #expect(records.attempts == [2, 1, 1, 1])
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }

        @Test func aStudyAtRestTakesItUpWhenItIsRunAgain() async throws {
            let first = try run()
            try await breakTrial0(first, SIGSEGV)
            slowMotion.end()
            let failed = try await first.end()
            #expect(failed.status == 2, "\(failed.errors)")
            #expect(failed.errors.contains("is lost (signal 11 (SIGSEGV))"), "\(failed.errors)")
            #expect(try #require(failed.errorLines.last).contains("to try again: winnow retry study"))
            let shown = try await Winnow.run("show", "study", "0", in: folder)
            #expect(shown.output.contains("lost its worker once: signal 11 (SIGSEGV)"), "\(shown.output)")

            let wrong = try await Winnow.run("retry", "study", "0", "2", in: folder)
            #expect(wrong.status == 64 && wrong.errors.contains("trial 2 is completed"), "\(wrong.errors)")
            let retry = try await Winnow.run("retry", "study", in: folder)
            #expect(retry.status == 0 && retry.errors.contains("to be tried again: trial 0"), "\(retry.errors)")
            let results = try await Winnow.run("results", "study", "--json", in: folder)
            #expect(try results.trials()[0]["state"] as? String == "waiting")
            let again = try await Winnow.run("retry", "study", in: folder)
            #expect(again.status == 0 && again.errors.contains("no trial has failed"), "\(again.errors)")

            let second = try await run().end()
            #expect(second.status == 0, "\(second.errors)")
            try await expectWhole()
            let told = try await Winnow.run("explain", "study", "0", in: folder)
            #expect(told.output.contains("lost its worker once: signal 11 (SIGSEGV)"), "\(told.output)")
            #expect(told.output.contains("was let try again (winnow retry)"), "\(told.output)")
        }

        @Test func aRunningStudyTakesItUpAtOnce() async throws {
            let running = try run()
            try await breakTrial0(running, SIGKILL)
            try await running.says("trial 1 started")
            let retry = try await Winnow.run("retry", "study", "0", in: folder)
            #expect(
                retry.status == 0 && retry.errors.contains("its coordinator tries again: trial 0"), "\(retry.errors)")
            try await running.says("trial 0 is let try again")
            let told = try await Winnow.run("status", "study", "--json", in: folder).document()
            #expect((told["trials"] as? [String: Any])?["failed"] as? Int == 0)
            let again = try await Winnow.run("retry", "study", "1", in: folder)
            #expect(again.status == 64 && again.errors.contains("trial 1 is running"), "\(again.errors)")
            running.send(SIGTERM)
            #expect(try await running.end().status == 75)
            let trial = try StudyRecords(of: folder.file("study")).state.trials[0]
            #expect(trial.phase == .waiting && trial.attempt == 1)
        }

        @Test func whatIsNoStudyIsRefused() async throws {
            try await Refusal.expect(["retry", "nowhere"], status: 66, naming: ["nowhere"], in: folder)
        }
    }
}
