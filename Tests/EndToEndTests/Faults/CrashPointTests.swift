import Foundation
import Synchronization
import TestSupport
import Testing

extension Studies {
    /// A coordinator that is killed, or loses its power, at every moment at which its disk changes.
    @Suite struct CrashPointTests {
        /// `kill -9`: what was written is there, also what was never synchronised.
        @Test(arguments: SeededCases(1))
        func aCoordinatorKilledAtAnyPointLosesNothing(_ testCase: SeededCase) async throws {
            let study = try await CrashStudy()
            let count = study.log.points
            try #require(count > 60, "too few points: is the shim there?")
            var random = testCase.random
            // A few more than in the undisturbed run: no two are quite alike.
            let points = Soak.sample(Array(1...count + 10), every: 6, random: &random)
            let outcomes = Outcomes()

            let wrong = try await Self.each(points) { point in
                let name = "killed-\(point)"
                let path = study.folder.file(name)
                let log = study.folder.file("log-\(point)")
                let killed = try await Winnow.run(
                    CrashStudy.words(study: name), in: study.folder,
                    environment: study.shim.environment(study: path, log: log, killAt: point))
                // Where less came together in one commit, the run is over before that point.
                guard killed.status == nil || killed.status == 0 else {
                    return ["point \(point): ended with \(killed.status ?? -1): \(killed.errors)"]
                }
                if killed.status == nil { outcomes.count() }
                let promised = try DiskLog(log, study: path).promises
                return try await study.goOn(name, promised: promised).map { "point \(point): \($0)" }
            }
            print("crash points: \(count) in the undisturbed run; \(outcomes.counted) of \(points.count) runs killed")
            #expect(outcomes.counted > points.count / 2)
            #expect(wrong == [])
            #expect(try study.differences(points.map { "killed-\($0)" }) == [])
        }

        /// Power loss: of what was not synchronised, only a first part is there.
        @Test(arguments: SeededCases(1))
        func aPowerLossAtAnyPointLosesNothing(_ testCase: SeededCase) async throws {
            let study = try await CrashStudy()
            let count = study.log.operations.count
            try #require(count > 60, "too few operations: is the shim there?")
            var random = testCase.random
            let repetitions = Soak.isOn ? 4 : 1
            let moments = Soak.sample(Array(0...count), every: 6, random: &random)
            let losses = moments.flatMap { moment in (0..<repetitions).map { _ in (moment, random.next()) } }
            print("power losses: \(losses.count), at \(moments.count) of \(count) moments")

            let wrong = try await Self.each(Array(losses.enumerated())) { index, loss in
                let (moment, seed) = loss
                let done = study.log.operations.prefix(moment)
                var random = SeededCase(seed: seed).random
                try LostPower(after: done, random: &random).restore(to: study.folder.file("dark-\(index)"))
                return try await study.goOn("dark-\(index)", promised: done.promises)
                    .map { "after operation \(moment), seed \(seed): \($0)" }
            }
            #expect(wrong == [])
            #expect(try study.differences(losses.indices.map { "dark-\($0)" }) == [])
        }

        /// Four at a time: each waits most of its time for processes to start.
        private static func each<Case: Sendable>(
            _ cases: [Case], _ judge: @escaping @Sendable (Case) async throws -> [String]
        ) async throws -> [String] {
            try await withThrowingTaskGroup(of: [String].self) { group in
                var wrong: [String] = []
                for (index, one) in cases.enumerated() {
                    if index >= 4 { wrong += try await group.next() ?? [] }
                    group.addTask { try await judge(one) }
                }
                for try await more in group { wrong += more }
                return wrong
            }
        }
    }
}

/// Counts what happens in several tasks.
private final class Outcomes: Sendable {
    private let number = Mutex(0)

    var counted: Int { number.withLock { $0 } }

    func count() { number.withLock { $0 += 1 } }
}
