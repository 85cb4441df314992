import Foundation
import Studies
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// Searches that learn and schedulers that cut, by the real program.
    @Suite struct SearchStudyTests {
        private let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func run(_ search: String, epochs: Int = 9) async throws -> EndedWinnow {
            try folder.write(
                """
                data: digits
                model: {preset: mlp, hidden: [16]}
                optimizer: {kind: adam}
                train: \(epochs)
                search:
                  \(search)
                  parameters: {optimizer.learning_rate: {min: 1.0e-5, max: 0.1, scale: log}}
                """, to: "e.yaml")
            return try await Winnow.run("run", "e.yaml", "--workers", "2", "--study", "study", in: folder)
        }

        private func trials() throws -> [TrialState] { try StudyRecords(of: folder.file("study")).state.trials }

        @Test(arguments: ["asha", "{kind: hyperband, min_epochs: 3}"])
        func losersAreCutAndTheWinnerIsWhole(_ scheduler: String) async throws {
            let run = try await run("sampler: tpe\n  trials: 12\n  scheduler: \(scheduler)")
            try #require(run.status == 0, "\(run.errors)")
            let trials = try trials()
            #expect(trials.count == 12 && trials.allSatisfy(\.isOver))
            let pruned = trials.filter { $0.phase == .pruned }
            #expect(
                !pruned.isEmpty && pruned.allSatisfy { [1, 3].contains($0.history.count) }, "\(trials.map(\.phase))")
            let whole = trials.filter { $0.phase == .completed }
            #expect(
                !whole.isEmpty && whole.allSatisfy { $0.history.count == 9 && $0.outcome?.testMetrics.isEmpty == false }
            )
            #expect(run.output.contains("pruned") && run.errors.contains("ended by the search after epoch"))
            // Who was promoted went on from its checkpoint, and trained no epoch twice.
            #expect(whole.allSatisfy { $0.attempt > 1 || scheduler != "asha" })
            let explained = try await Winnow.run("explain", "study", "\(pruned[0].number)", in: folder)
            #expect(explained.output.contains("pruned"), "\(explained.output)\(explained.errors)")
            let again = try await Winnow.run("run", "e.yaml", "--study", "study", in: folder)
            #expect(try again.status == 0 && self.trials() == trials, "\(again.errors)")
        }

        /// A pruned trial's weights do not change what it would have been: those that stay are trained as without one.
        @Test func aTrialThatGoesOnIsWhatItWouldHaveBeen() async throws {
            let cut = try await run(
                "trials: 6\n  sampler: sobol\n  scheduler: {kind: first_epochs, epochs: 2, keep: 2}", epochs: 5)
            try #require(cut.status == 0, "\(cut.errors)")
            let kept = try trials().filter { $0.phase == .completed }
            #expect(kept.count == 2)
            try FileManager.default.removeItem(atPath: folder.file("study"))
            let whole = try await run("trials: 6\n  sampler: sobol", epochs: 5)
            try #require(whole.status == 0, "\(whole.errors)")
            for trial in kept {
                let other = try trials()[trial.number]
                #expect(other.history.map(\.metrics) == trial.history.map(\.metrics))
                #expect(other.outcome?.testMetrics == trial.outcome?.testMetrics)
            }
        }

        @Test(arguments: [
            (
                "sampler: tpe\n  trials: 4\n  scheduler: {kind: asha, reduction_factor: 1}",
                "search.scheduler.reduction_factor"
            ),
            ("sampler: tpe\n  trials: 4\n  scheduler: {kind: asha, min_epochs: 9}", "search.scheduler.min_epochs"),
            ("sampler: tpe\n  trials: 4\n  scheduler: {kind: first_epochs, epochs: 9}", "search.scheduler.epochs"),
            ("sampler: tpe\n  trials: 4\n  scheduler: halving", "search.scheduler: unknown scheduler"),
            ("sampler: grid\n  trials: 4", "search.parameters"),
        ])
        func mistakesAreNamedBeforeAnythingRuns(_ search: String, _ key: String) async throws {
            let run = try await run(search)
            #expect(run.status == 65 && run.errors.contains(key), "\(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("study")))
        }
    }
}
