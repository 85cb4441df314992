import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// What the journal and the logs tell afterwards.
    @Suite struct ExplainTests {
        @Test func aKilledWorkerIsTold() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "ipc://\(folder.file("socket"))", "--study", "study"]
                    + ["--heartbeat", "100ms", "--suspect-after", "1s", "--lease", "5s"], in: folder)
            let address = try await coordinator.address()
            let slowMotion = try SlowMotion()
            let victim = try RunningWinnow(["worker", address], in: folder, environment: slowMotion.environment)
            try await coordinator.says("trial 0: epoch 1/3")
            victim.send(SIGKILL)
            try await coordinator.says("has not been heard for", "is lost; its trials go to others")
            let successor = try RunningWinnow(["worker", address], in: folder)
            #expect(try await coordinator.end().status == 0)
            let worker = try await successor.end()
            #expect(worker.status == 0)
            #expect(worker.errors.contains("connected to the coordinator of"))
            #expect(worker.errors.contains("trial 0 taken") && worker.errors.contains("trial 0 done after epoch 3"))

            let text = try await Winnow.run("explain", "study", "0", in: folder)
            #expect(text.status == 0 && text.errors.isEmpty)
            #expect(text.output.hasPrefix("trial 0: completed, 2 attempts\n"), "\(text.output)")
            #expect(text.output.contains("(lost): its worker"))
            #expect(text.output.contains("this counts as a failed attempt"))
            let document = try await Winnow.run("explain", "study", "0", "--json", in: folder).document()
            let attempts = try #require(document["attempts"] as? [[String: Any]])
            #expect(attempts.map { $0["end"] as? String } == ["lost", "completed"])
            #expect(attempts[1]["last_epoch"] as? Int == 3)
            try await Refusal.expect(
                ["explain", "study", "9"], status: 64, naming: ["no trial 9", "0 to 3"], in: folder)

            for trial in 0..<4 {
                let path = folder.file("study/trials/0000\(trial)/log.txt")
                let log = try String(contentsOfFile: path, encoding: .utf8)
                for epoch in 1...3 {
                    #expect(log.contains(" epoch \(epoch): "), "\(log)")
                }
                #expect(log.contains(" completed after epoch 3 (the budget): test_accuracy"))
                #expect(log.contains("last.h5 of epoch"))
            }
            let log = try String(contentsOfFile: folder.file("study/trials/00000/log.txt"), encoding: .utf8)
            #expect(log.contains("attempt 1 ends (lost): "))
            #expect(log.contains("attempt 2 on "))
        }

        @Test func logsOfProgramsAreJSON() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
            let run = try await Winnow.run(
                "run", "quick.yaml", "--workers", "1", "--study", "study", "--log-format", "json", in: folder)
            #expect(run.status == 0)
            let events = try run.errorLines.map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(events.count > 15 && events.allSatisfy { $0["study"] as? String == "study" && $0["time"] != nil })
            let epochs = events.filter { $0["trial"] as? Int == 1 && $0["epoch"] != nil && $0["state"] == nil }
            #expect(epochs.map { $0["epoch"] as? Int } == [1, 2, 3, 4, 5])
            #expect(epochs.allSatisfy { $0["attempt"] as? Int == 1 && $0["worker"] as? String != nil })

            let refused = try await Winnow.run(
                "run", "quick.yaml", "--study", "study", "--set", "seed=5", "--log-format", "json", "--log-level",
                "error",
                in: folder)
            #expect(refused.status == 73)
        }

        @Test func aLogTellsNothingBelowItsLevel() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
            let run = try await Winnow.run(
                "run", "quick.yaml", "--workers", "1", "--log-level", "warning", in: folder)
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        }
    }
}
