import Experiments
import Studies
import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// `winnow status`, `pause`, `unpause` and `stop`, and a coordinator that is not there.
    @Suite struct SteeringTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
        }

        private func run(_ more: [String] = [], _ slowMotion: SlowMotion? = nil) throws -> RunningWinnow {
            try RunningWinnow(
                ["run", "slow.yaml", "--workers", "2", "--study", "study"] + more, in: folder,
                environment: slowMotion?.environment ?? [:])
        }

        private func status() async throws -> [String: Any] {
            let run = try await Winnow.run("status", "study", "--json", in: folder)
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
            return try run.document()
        }

        private func count(_ phase: String, _ status: [String: Any]) -> Int? {
            (status["trials"] as? [String: Any])?[phase] as? Int
        }

        @Test func aRunningStudyIsTold() async throws {
            let running = try run(["--set", "train.epochs=1000000"])
            try await running.says("trial 0: epoch 1/1000000", "trial 1: epoch 1/1000000")
            let told = try await status()
            #expect(told["state"] as? String == "running")
            #expect(count("running", told) == 2 && count("waiting", told) == 2)
            let workers = try #require(told["workers"] as? [[String: Any]])
            #expect(workers.count == 2)
            #expect(workers.allSatisfy { ($0["running"] as? [Any])?.count == 1 && $0["slots"] as? Int == 1 })

            let table = try await Winnow.run("status", "study", in: folder)
            #expect(table.output.hasPrefix("study: running"))
            #expect(table.output.contains("4 trials: 0 completed, 2 running, 2 waiting"))
            #expect(table.output.contains("training"))
            #expect(!table.output.contains("\u{1B}"))
            let watch = try await Winnow.run("status", "study", "--watch", in: folder)
            #expect(watch.status == 64, "nobody looks")

            let stop = try await Winnow.run("stop", "study", in: folder)
            #expect(stop.status == 0 && stop.errors.contains(" of 4 trials over"), "\(stop.errors)")
            let ended = try await running.end()
            #expect(ended.status == 75, "as after Ctrl-C: \(ended.errors)")
            #expect(ended.errors.contains("to go on: winnow run"))
            #expect(!FileManager.default.fileExists(atPath: folder.file("study/control")))
        }

        /// A running trial is saved and handed back, nothing is given out, also by the next coordinator, and what comes
        /// out in the end is what an undisturbed study gives.
        @Test func aPauseLastsUntilItIsUndone() async throws {
            let first = try run(["--set", "checkpoint.every=1h"], try SlowMotion())
            try await first.says("trial 0: epoch 1/3", "trial 1: epoch 1/3")
            let pause = try await Winnow.run("pause", "study", in: folder)
            #expect(pause.status == 0 && pause.errors.contains("study: paused, nothing runs"), "\(pause.errors)")

            let paused = try await status()
            #expect(paused["state"] as? String == "paused")
            #expect(count("running", paused) == 0)
            #expect((paused["workers"] as? [Any])?.count == 2, "the workers stay")
            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.lostAttempts == 0)
            #expect(records.state.trials.prefix(2).allSatisfy { $0.last != nil }, "both were saved")
            let again = try await Winnow.run("pause", "study", in: folder)
            #expect(again.status == 0 && again.errors.contains("was paused already"), "\(again.errors)")

            #expect(try await Winnow.run("stop", "study", in: folder).status == 0)
            #expect(try await first.end().status == 75)
            let atRest = try await Winnow.run("status", "study", in: folder)
            #expect(atRest.output.contains("the study is paused"))

            let second = try run(["--set", "checkpoint.every=1h"])
            try await second.says("the study is paused and gives nothing out; it waits for: winnow unpause study")
            try await eventually(timeout: .seconds(60)) {
                let told = try? await Winnow.run("status", "study", "--json", in: folder).document()
                return (told?["workers"] as? [Any])?.count == 2 && told?["state"] as? String == "paused"
            } last: {
                try second.errorsSoFar
            }
            #expect(try StudyRecords(of: folder.file("study")).attempts == records.attempts, "nothing is given out")
            let unpause = try await Winnow.run("unpause", "study", in: folder)
            #expect(unpause.status == 0 && unpause.errors.contains("study: goes on"), "\(unpause.errors)")
            #expect(try await second.end().status == 0)
            #expect(try StudyRecords(of: folder.file("study")).trainedEpochs == 4 * 3, "no epoch was trained twice")
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }

        @Test func aDeadCoordinatorIsRecognisedAtOnce() async throws {
            let running = try run(["--set", "train.epochs=1000000"])
            try await running.says("trial 0: epoch 1/1000000")
            running.send(SIGKILL)
            _ = try await running.end()
            #expect(FileManager.default.fileExists(atPath: folder.file("study/control")), "it leaves its socket")

            // Not "does not answer", which takes a while to find out.
            for command in ["pause", "unpause", "stop"] {
                let told = try await Winnow.run(command, "study", in: folder)
                #expect(told.status == 69 && told.errorLines.count == 1, "\(told.errors)")
                #expect(told.errors.contains("study: no coordinator is at work"))
            }
            let status = try await status()
            #expect(status["state"] as? String == "at_rest")
        }

        @Test(arguments: ["status", "pause", "unpause", "stop"])
        func aFolderThatIsNoStudyIsRefused(_ command: String) async throws {
            try FileManager.default.createDirectory(
                atPath: folder.file("empty"), withIntermediateDirectories: false)
            try await Refusal.expect([command, "empty"], status: 66, naming: ["empty"], in: folder)
            try await Refusal.expect([command, "nowhere"], status: 66, naming: ["nowhere"], in: folder)
        }
    }
}
