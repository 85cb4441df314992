import Foundation
import Glibc
import Messaging
import TestSupport
import Testing
import Schema

extension Studies {
    /// Coordinators and workers that have keys, on loopback.
    @Suite struct KeyTests {
        @Test func aStudyIsTheSameOverKeys() async throws {
            let study = try await KeyedStudy(SampleExperiment.slow, keys: ["gpu7"], authorized: ["gpu7"])
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            // A key in the environment, and the coordinator's as text.
            let text = try String(contentsOfFile: study.folder.file("coordinator.pub"), encoding: .utf8)
            let key = try #require(text.split(separator: "\n").last).split(separator: " ")[1]
            let worker = try RunningWinnow(
                ["worker", address, "--slots", "2"], in: study.folder,
                environment: ["WINNOW_KEY": "gpu7.key", "WINNOW_COORDINATOR_KEY": String(key)])
            try await expectUndisturbed(study, coordinator, worker)
        }

        @Test func thoseWhoAreNotLetInSayWhy() async throws {
            let study = try await KeyedStudy(
                SampleExperiment.quick, keys: ["gpu7", "stranger"], authorized: ["gpu7"])
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let stranger = try study.worker(address, key: "stranger", timeout: 5)
            let misled = try study.worker(address, key: "gpu7", coordinator: "stranger.pub", timeout: 5)
            let plain = try RunningWinnow(["worker", address, "--connect-timeout", "5"], in: study.folder)
            for (worker, words) in [
                (stranger, ["does not let this worker's key in", "--authorized-workers"]),
                (misled, ["handshake failed", "--coordinator-key"]),
                (plain, ["wants keys", "--coordinator-key"]),
            ] {
                let end = try await worker.end()
                #expect(end.status == 69, "\(end.errors)")
                #expect(end.errorLines.count == 1, "\(end.errors)")
                for word in words {
                    #expect(end.errors.contains(word), "\(end.errors)")
                }
            }
            // The one without keys may have hung up before the coordinator could tell why.
            try await coordinator.says("not authorized", "not with our public key")
            // None of them has harmed it.
            let worker = try study.worker(address, key: "gpu7")
            let end = try await coordinator.end()
            #expect(end.status == 0, "\(end.errors)")
            #expect(try await worker.end().status == 0)
        }

        @Test func keysForACoordinatorWithoutAnySayWhy() async throws {
            let study = try await KeyedStudy(SampleExperiment.quick, keys: ["gpu7"], authorized: [])
            let coordinator = try RunningWinnow(
                ["coordinator", "experiment.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"],
                in: study.folder)
            let worker = try study.worker(try await coordinator.address(), key: "gpu7", timeout: 5)
            let end = try await worker.end()
            #expect(end.status == 69)
            #expect(end.errors.contains("uses no keys"), "\(end.errors)")
        }

        /// Who knows a worker's name cannot take its trials over.
        @Test func aNameBelongsToTheKeyThatFirstSaidIt() async throws {
            let study = try await KeyedStudy(SampleExperiment.quick, keys: ["one", "two"], authorized: ["one", "two"])
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let server = try KeyFile(study.folder.file("coordinator.pub")).readPublicKey()
            func peer(_ key: String) throws -> LyingWorker {
                let pair = try KeyFile(study.folder.file("\(key).key")).readPair()
                return try LyingWorker(address, security: .client(pair, server: server))
            }
            let (owner, again, thief) = (try peer("one"), try peer("one"), try peer("two"))
            try await owner.sayHello(as: "host-1-ff")
            _ = try await owner.hear { if case .welcome = $0 { true } else { false } }
            try await thief.sayHello(as: "host-1-ff")
            _ = try await thief.hear { if case .refused = $0 { true } else { false } }
            try await coordinator.says("the key two: the worker host-1-ff has another key")
            // Its own connection may come back, and the thief may be a worker of its own.
            try await again.sayHello(as: "host-1-ff")
            _ = try await again.hear { if case .welcome = $0 { true } else { false } }
            try await thief.sayHello(as: "host-2-ff")
            _ = try await thief.hear { if case .welcome = $0 { true } else { false } }
        }

        /// A key that is added is let in, and one that is revoked is cut, both without a restart.
        @Test func theListIsReadAgain() async throws {
            let study = try await KeyedStudy(SampleExperiment.slow, keys: ["one", "two"], authorized: ["one"])
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let one = try study.worker(address, key: "one", timeout: 5, slowMotion: try SlowMotion())
            try await coordinator.says("trial 0: epoch 1/3")

            try study.authorize(["two"])
            try await coordinator.says("1 new, 1 revoked", "its key is not authorized any more")
            try await expectUndisturbed(study, coordinator, study.worker(address, key: "two"))
            let revoked = try await one.end()
            #expect(revoked.status == 69, "\(revoked.errors)")
            #expect(revoked.errors.contains("does not let this worker's key in"), "\(revoked.errors)")
        }

        /// Nor is a worker waited for that cannot be reached when its key is revoked.
        @Test func whoIsAwayWhenItsKeyIsRevokedIsNotWaitedFor() async throws {
            let study = try await KeyedStudy(SampleExperiment.slow, keys: ["one", "two"], authorized: ["one"])
            let coordinator = try study.coordinator()
            let address = try await coordinator.address()
            let proxy = try StreamProxy(to: address)
            let one = try study.worker(proxy.address, key: "one", slowMotion: try SlowMotion())
            try await coordinator.says("trial 0: epoch 1/3")

            proxy.state = .cut
            // The coordinator is to notice that the connection is gone; where it does not in time, its lease ends it.
            try await FaultyStudy.pass(.milliseconds(500))
            try study.authorize(["two"])
            try await coordinator.says("1 new, 1 revoked", "its worker's key was revoked")
            try await expectUndisturbed(study, coordinator, study.worker(address, key: "two"))
            one.send(SIGKILL)
            _ = try await one.end()
        }

        /// Both end well, no trial has failed, and all is as if nothing had happened.
        private func expectUndisturbed(
            _ study: KeyedStudy, _ coordinator: RunningWinnow, _ worker: RunningWinnow
        ) async throws {
            let end = try await coordinator.end()
            #expect(end.status == 0, "\(end.errors)")
            #expect(try await worker.end().status == 0)
            #expect(try StudyRecords(of: study.folder.file("study")).lostAttempts == 0)
            let fingerprint = try StudyFingerprint(of: study.folder.file("study"))
            #expect(fingerprint.differences(from: try await SampleExperiment.undisturbed()) == [])
        }
    }
}
