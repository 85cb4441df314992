import Glibc
import TestSupport
import Testing

extension Studies {
    /// Workers that leave by themselves, and those that an experiment does not want.
    @Suite struct ElasticWorkerTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
        }

        private func coordinator(_ file: String, _ more: String...) throws -> RunningWinnow {
            try RunningWinnow(
                ["coordinator", file, "--bind", "ipc://\(folder.file("socket"))", "--study", "study"] + more, in: folder
            )
        }

        @Test func aCountIsKept() async throws {
            let coordinator = try coordinator("quick.yaml")
            let address = try await coordinator.address()
            let first = try await Winnow.run("worker", address, "--count", "1", in: folder)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.errors.contains("trial 0 done") && !first.errors.contains("trial 1 taken"))
            let second = try await Winnow.run("worker", address, "--count", "2", in: folder)
            #expect(second.status == 0, "\(second.errors)")
            #expect(try await coordinator.end().status == 0)
        }

        @Test func anIdleWorkerLeaves() async throws {
            let coordinator = try coordinator("quick.yaml", "--set", "requires=[gpu]")
            let address = try await coordinator.address()
            let unfit = try await Winnow.run("worker", address, in: folder)
            #expect(unfit.status == 1 && unfit.errors.contains(#"requires workers with "gpu""#), "\(unfit.errors)")
            #expect(try await Winnow.run("pause", "study", in: folder).status == 0)
            let idle = try await Winnow.run(
                "worker", address, "--tags", "gpu", "--idle-timeout", "500ms", in: folder)
            #expect(idle.status == 0, "\(idle.errors)")
            #expect(!idle.errors.contains("taken"))
            #expect(try StudyRecords(of: folder.file("study")).attempts.isEmpty, "nothing is given out")
            #expect(try await Winnow.run("unpause", "study", in: folder).status == 0)
            let fit = try await Winnow.run("worker", address, "--tags", "bigmem,gpu", in: folder)
            #expect(fit.status == 0, "\(fit.errors)")
            #expect(try await coordinator.end().status == 0)
        }

        @Test func aTimeLimitIsAPreemption() async throws {
            // A trial that no machine ends. The limit is one within which every machine begins it.
            let coordinator = try coordinator(
                "slow.yaml", "--set", "checkpoint.every=1h", "--set", "train.epochs=1000000", "--set", "search.trials=1"
            )
            let address = try await coordinator.address()
            for _ in 0..<2 {
                let limited = try await Winnow.run("worker", address, "--time-limit", "4s", in: folder)
                #expect(limited.status == 75, "\(limited.errors)")
                #expect(limited.errors.contains("trial 0 saved and handed back"), "\(limited.errors)")
            }
            coordinator.send(SIGTERM)
            #expect(try await coordinator.end().status == 75)
            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.attempts == [2] && records.lostAttempts == 0, "\(records.endings)")
            #expect(records.trainedEpochs == records.epochs[0], "no epoch was trained twice")
        }

        @Test(arguments: [
            (["worker", "ipc://x", "--idle-timeout", "5"], "idle-timeout"),
            (["worker", "ipc://x", "--time-limit", "0s"], "time-limit"),
            (["worker", "ipc://x", "--count", "0"], "--count must be at least 1"),
            (["worker", "ipc://x", "--tags", "big mem"], "tags"),
            (["run", "quick.yaml", "--heartbeat", "3s"], "--heartbeat (3s) must be shorter than --suspect-after (3s)"),
            (
                ["run", "quick.yaml", "--suspect-after", "15s"],
                "--suspect-after (15s) must be shorter than --lease (15s)"
            ),
            (["run", "quick.yaml", "--max-attempts", "0"], "--max-attempts must be at least 1"),
            (["run", "quick.yaml", "--log-format", "xml"], "log-format"),
            (["status", "study", "--watch", "--json"], "--watch"),
        ])
        func flagsThatDoNotFitAreRefused(_ words: [String], _ complaint: String) async throws {
            let run = try await Winnow.run(words, in: folder)
            #expect(run.status == 64 && run.errors.contains(complaint), "\(run.errors)")
        }
    }
}
