import Experiments
import Studies
import Glibc
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// More workers than one coordinator usually has.
    @Suite struct CrowdTests {
        /// 200 workers come back at once, to a coordinator that was killed in the middle of what they had sent.
        @Test func aCrowdThatReconnectsAtOnceLosesNoResult() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(experiment, to: "crowd.yaml")
            func coordinator(_ address: String) throws -> RunningWinnow {
                try RunningWinnow(["coordinator", "crowd.yaml", "--bind", address, "--study", "study"], in: folder)
            }
            let killed = try coordinator("tcp://127.0.0.1:0")
            let address = try await killed.address()
            let crowd = try Crowd(200, at: address, epochs: 20)
            // Each has its trial: an assignment that is lost with the coordinator is made again.
            try await eventually(timeout: .seconds(60)) {
                let stored = crowd.soFar.stored
                return stored.count > 1_000 && Set(stored.map(\.id)).count == 200
            } last: {
                "\(crowd.soFar.stored.count) results, \(crowd.soFar.failure ?? ""), \(try killed.errorsSoFar.suffix(300))"
            }
            killed.send(SIGKILL)
            _ = try await killed.end()
            let promised = crowd.soFar.stored
            crowd.letTrialsEnd()
            try expectStored(promised, in: folder)

            let next = try coordinator(address)
            let end = try await next.end()
            #expect(end.status == 0, "\(end.errors.suffix(2_000))")
            #expect(crowd.soFar.failure == nil)
            #expect(crowd.soFar.welcomes > 200)
            try expectStored(crowd.soFar.stored, in: folder)
            let records = try StudyRecords(of: folder.file("study"))
            #expect(records.epochs == Array(repeating: 20, count: 200))
            #expect(records.attempts == Array(repeating: 1, count: 200), "every trial was kept by its worker")
            #expect(records.trainedEpochs == 200 * 20, "no result counts twice")
        }

        private func expectStored(_ promised: Set<Crowd.Stored>, in folder: TemporaryDirectory) throws {
            let records = try Journal.read(StudyFolder(folder.file("study")))
            let stored = Set(
                records.compactMap { record in
                    if case .epochFinished(let body) = record {
                        Crowd.Stored(id: body.id, epoch: body.epoch)
                    } else {
                        nil
                    }
                })
            #expect(promised.subtracting(stored).isEmpty, "acknowledged, and lost")
        }

        private let experiment = """
            name: crowd
            seed: 1
            data: {source: housing, scale_target: true}
            model: {preset: regressor, hidden: 4}
            loss: {kind: mean_squared_error}
            train: {epochs: 20}
            search:
              sampler: random
              trials: 200
              parameters:
                optimizer.learning_rate: {min: 1.0e-3, max: 0.1, scale: log}
            """
    }
}
