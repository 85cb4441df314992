import Experiments
import Studies
import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// `Docs/protocol.md` is enough to take part in a study: a worker that shares no line of code with this program.
    @Suite struct PythonWorkerTests {
        private let folder: TemporaryDirectory
        private let experiment = Repository.file("Examples/python-worker/softmax.yaml")

        init() throws {
            folder = try TemporaryDirectory()
        }

        @Test func trainsBesideAWorkerInSwift() async throws {
            let coordinator = try coordinator("study", epochs: 200, "--lease", "300s")
            let address = try await coordinator.address()
            let python = try worker(address)
            try await coordinator.says("started on")
            // It stands still until the other has begun, too: neither has done all by then.
            python.send(SIGSTOP)
            let swift = try RunningWinnow(["worker", address], in: folder)
            try await swift.says("taken")
            python.send(SIGCONT)
            let end = try await coordinator.end()

            #expect(end.status == 0, "\(end.errors)")
            #expect(try await python.end().status == 0)
            #expect(try await swift.end().status == 0)
            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.epochs == Array(repeating: 200, count: 8))
            let programs = Set(try records.state.trials.map { try pid(of: $0.worker) })
            #expect(programs == [python.pid, swift.pid])
            // Every kept model can be read as any other.
            #expect(try StudyFingerprint(of: folder.file("study")).names.count { $0.hasPrefix("model/") } == 16)
        }

        @Test func anInterruptedAndAKilledOneChangeNothing() async throws {
            let undisturbed = try coordinator("undisturbed", epochs: 60)
            #expect(try await worker(undisturbed.address()).end().status == 0)
            #expect(try await undisturbed.end().status == 0)

            let coordinator = try coordinator(
                "study", epochs: 60, "--lease", "5s", "--suspect-after", "1s", "--heartbeat", "200ms")
            let address = try await coordinator.address()
            let interrupted = try worker(address)
            try await coordinator.says("trial 0: epoch 20/")
            interrupted.send(SIGTERM)
            #expect(try await interrupted.end().status == 75)
            let killed = try worker(address)
            try await coordinator.says("-\(killed.pid)-")
            try await killAmidATrial(killed, of: coordinator)
            #expect(try await worker(address).end().status == 0)
            #expect(try await coordinator.end().status == 0)

            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.lostAttempts == 1)
            #expect(records.attempts.reduce(0, +) >= 8 + 2)
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try StudyFingerprint(of: folder.file("undisturbed"))) == [])
        }

        /// What it had sent has come before it is decided whether it had a trial.
        private func killAmidATrial(_ worker: RunningWinnow, of coordinator: RunningWinnow) async throws {
            var stops = 0
            repeat {
                if stops > 0 {
                    // Not before the coordinator has heard of it again, or it would not miss it again.
                    worker.send(SIGCONT)
                    try await eventually(timeout: .seconds(90)) {
                        try coordinator.errorsSoFar.components(separatedBy: "is heard again").count > stops
                    } last: {
                        try coordinator.errorsSoFar
                    }
                }
                stops += 1
                worker.send(SIGSTOP)
                try await eventually(timeout: .seconds(90)) {
                    try coordinator.errorsSoFar.components(separatedBy: "has not been heard for").count > stops
                } last: {
                    try coordinator.errorsSoFar
                }
            } while try StudyRecords(of: folder.file("study")).state.counts.running == 0
            worker.send(SIGKILL)
        }

        private func coordinator(_ study: String, epochs: Int, _ more: String...) throws -> RunningWinnow {
            try RunningWinnow(
                [
                    "coordinator", experiment, "--bind", "tcp://127.0.0.1:0", "--study", study,
                    "--set", "train.epochs=\(epochs)", "--set", "checkpoint.every=1ms",
                ] + more, in: folder)
        }

        private func worker(_ address: String) throws -> RunningWinnow {
            let interpreter = ProcessInfo.processInfo.environment["PYTHON3"] ?? "/usr/bin/python3"
            return try RunningWinnow(
                [address, "--data-dir", "data"], in: folder,
                program: [interpreter, Repository.file("Examples/python-worker/worker.py")])
        }

        /// The process number in a worker's name, HOST-PID-RANDOM.
        private func pid(of worker: String) throws -> pid_t {
            try #require(pid_t(worker.split(separator: "-").dropLast().last ?? ""))
        }
    }
}
