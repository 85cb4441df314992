import Experiments
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
            // Epochs enough that neither has done all before the other has begun.
            let coordinator = try coordinator("study", epochs: 200)
            let address = try await coordinator.address()
            let python = try worker(address)
            try await coordinator.says("started on")
            let swift = try RunningWinnow(["worker", address], in: folder)
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

            let coordinator = try coordinator("study", epochs: 60, lease: "4s")
            let address = try await coordinator.address()
            let interrupted = try worker(address)
            try await coordinator.says("trial 0: epoch 20/")
            interrupted.send(SIGTERM)
            #expect(try await interrupted.end(within: .seconds(5)).status == 75)
            let killed = try worker(address)
            try await coordinator.says("trial 1: epoch 20/")
            killed.send(SIGKILL)
            #expect(try await worker(address).end().status == 0)
            #expect(try await coordinator.end().status == 0)

            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.lostAttempts == 1)
            #expect(records.attempts.reduce(0, +) >= 8 + 2)
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try StudyFingerprint(of: folder.file("undisturbed"))) == [])
        }

        private func coordinator(_ study: String, epochs: Int, lease: String? = nil) throws -> RunningWinnow {
            try RunningWinnow(
                [
                    "coordinator", experiment, "--bind", "tcp://127.0.0.1:0", "--study", study,
                    "--set", "train.epochs=\(epochs)", "--set", "checkpoint.every=1ms",
                ] + (lease.map { ["--lease", $0] } ?? []), in: folder)
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
