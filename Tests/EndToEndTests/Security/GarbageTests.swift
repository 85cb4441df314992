import Experiments
import Studies
import Glibc
import TestSupport
import Testing
import Schema

extension Studies {
    /// A coordinator without keys, on loopback, among peers that are no workers: one that trains beside them is
    /// undisturbed, and memory stays what it was.
    @Suite struct GarbageTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
        }

        /// A coordinator itself takes some 60 MiB, a million frames 64 more; the rest is the endless message, of
        /// which all may come before it is noticed, where the disk is slow.
        private static let largestMemory = 500 << 20

        @Test func noiseOnTheWireHarmsNobody() async throws {
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
            let address = try await coordinator.address()
            var most = 0
            func look() throws { most = max(most, try residentMemory(of: coordinator.pid)) }

            let halfOpen = try (0..<200).map { _ in try RawPeer(address) }
            try RawPeer(address).send(Array("GET / HTTP/1.1\r\nHost: winnow\r\n\r\n".utf8))
            var random = SeededCase(seed: 7).random
            for _ in 0..<20 {
                try RawPeer(address).send((0..<4_096).map { _ in UInt8.random(in: 0...255, using: &random) })
            }
            try look()

            // A frame of a gigabyte is announced, and as much of it sent as is taken.
            let large = try RawPeer(address)
            large.greet()
            large.send([2, 0, 0, 0, 0, 0x40, 0, 0, 0])
            var isTaken = true
            for _ in 0..<64 where isTaken {
                isTaken = large.send(Array(repeating: 0, count: 1 << 20))
                try look()
            }
            #expect(!isTaken, "a frame of a gigabyte was taken")

            let slowMotion = try SlowMotion()
            let worker = try RunningWinnow(["worker", address], in: folder, environment: slowMotion.environment)
            try await coordinator.says("trial 0 started")

            // A message of a million frames, and one that has no end.
            let frame: [UInt8] = [1, 1, 0]
            let many = try RawPeer(address)
            many.greet()
            many.send((0..<1_000_000).flatMap { _ in frame } + [0, 1, 0])
            let endless = try RawPeer(address)
            endless.greet()
            let piece = [3, 0, 0, 0, 0, 0, 1, 0, 0] + [UInt8](repeating: 0, count: 1 << 16)
            // As much as may come while the coordinator waits for a slow disk, and looks at nobody.
            isTaken = true
            for _ in 0..<4_000 where isTaken {
                isTaken = endless.send(piece)
                try look()
            }

            try await coordinator.says("a message of 1000001 frames", "belong to no whole message")
            try look()
            slowMotion.end()
            let end = try await coordinator.end()
            withExtendedLifetime(halfOpen) {}
            #expect(end.status == 0, "\(end.errors)")
            #expect(try await worker.end().status == 0)
            print("a coordinator among noise: \(most >> 20) MiB at most")
            #expect(most < Self.largestMemory)
            #expect(end.errorLines.count < 200, "\(end.errors)")
            try await expectWholeStudy()
        }

        @Test func aLiarHarmsNobody() async throws {
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
            let address = try await coordinator.address()
            let slowMotion = try SlowMotion()
            let worker = try RunningWinnow(["worker", address], in: folder, environment: slowMotion.environment)
            try await coordinator.says("trial 0 started")

            let liar = try LyingWorker(address)
            let digest = String(repeating: "0", count: 64)
            try await liar.sayHello(as: "../../../etc-1-ff")
            try await coordinator.says("worker: it is no HOST-PID-RANDOM")
            try await liar.sayHello(as: "liar-1-ff")
            _ = try await liar.hear { if case .welcome = $0 { true } else { false } }

            // Of another's trial, and of one that does not exist.
            let study = try StudyRecords(of: folder.file("study")).state.id
            for id in [
                AttemptID(study: study, trial: 0, attempt: 1), AttemptID(study: study, trial: 1_000_000, attempt: 1),
                AttemptID(study: StudyID(study.bits + 1), trial: 0, attempt: 1),
            ] {
                try await liar.say(
                    .epochFinished(
                        .init(id: id, epoch: 1, metrics: ["train_loss": 0], learningRate: 0, elapsedSeconds: 0)))
                try await liar.say(
                    .finished(.init(id: id, state: .failed, stopReason: .error, stopEpoch: 1, error: "ha")))
                try await liar.say(.handBack(id))
                _ = try await liar.hear { $0 == .abandon(id) }
            }
            // Of a trial of its own: out of order, absurd, and far too large.
            try await liar.say(.ready(.init(slots: 1)))
            let assigned = try await liar.hear { if case .assign = $0 { true } else { false } }
            guard case .assign(let assign) = assigned else { return }
            for epoch in [3, 2, 1_000_000] {
                try await liar.say(
                    .epochFinished(
                        .init(
                            id: assign.id, epoch: epoch, metrics: ["train_loss": 0], learningRate: 0,
                            elapsedSeconds: 0)))
            }
            for name in ["../../x", "a\0b", String(repeating: "m", count: 300)] {
                try await liar.say(
                    .epochFinished(
                        .init(id: assign.id, epoch: 1, metrics: [name: 0], learningRate: 0, elapsedSeconds: 0)))
            }
            let huge = StoredFile(kind: .best, epoch: 1, size: 2 << 30, sha256: digest)
            try await liar.say(.upload(.init(id: assign.id, file: huge, offset: 0)), bytes: [1, 2, 3])
            try await coordinator.says("file.size", "named")
            // Nonsense without end: some lines of it are told, then its connection is ended.
            for _ in 0..<150 {
                try await liar.say([Array("{}".utf8)])
            }
            try await coordinator.says("100 of its messages were refused", "worker liar-1-ff is lost")

            slowMotion.end()
            let end = try await coordinator.end()
            #expect(end.status == 0, "\(end.errors)")
            #expect(try await worker.end().status == 0)
            #expect(end.errorLines.count < 200, "\(end.errors)")
            try await expectWholeStudy()
        }

        /// Every trial is complete, and all is as if nothing had happened.
        private func expectWholeStudy() async throws {
            let fingerprint = try StudyFingerprint(of: folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }
    }
}
