import Experiments
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
            #expect(
                ["pruned", "the search created it", "has it pause after epoch", "the search ended it"].allSatisfy(
                    explained.output.contains), "\(explained.output)\(explained.errors)")
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

        /// Points under conditions, a point that was given, and seeds until there is an answer; then all decided again.
        @Test func pointsUnderConditionsGetSeedsUntilTheyHaveAnswers() async throws {
            let text = """
                data: digits
                model: {preset: mlp, hidden: [16]}
                train: 2
                search:
                  sampler: tpe
                  trials: 36
                  seeds: {max: 5, margin: 0.01}
                  parameters:
                    optimizer.kind: [adam, sgd]
                    optimizer.momentum: {min: 0, max: 0.9, step: 0.3, when: {optimizer.kind: sgd}}
                    model.hidden: [[16], [24, 16]]
                  points: [{optimizer: {kind: adam, learning_rate: 0.01}}]
                """
            try folder.write(text, to: "e.yaml")
            let run = try await Winnow.run("run", "e.yaml", "--workers", "2", "--study", "study", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            let points = Dictionary(grouping: try trials(), by: \.point)
            // All ten points of the space, and the one that lies outside.
            #expect(points.count == 11 && points.values.allSatisfy { (3...5).contains($0.count) })
            #expect(points[0]?[0].assignment.description == "optimizer={kind: adam, learning_rate: 0.01}")
            let isFit = try trials().allSatisfy { trial in
                trial.point == 0
                    || (trial.assignment["optimizer.momentum"] == nil)
                        == (trial.assignment["optimizer.kind"] == .string("adam"))
            }
            #expect(isFit)
            let compared = try await Winnow.run("compare", "study", "--metric", "validation_loss", in: folder)
            #expect(
                compared.status == 0 && compared.output.contains("is flattered by having been chosen"), "\(compared)")
            let replayed = try await Winnow.run("replay", "study", in: folder)
            #expect(replayed.status == 0 && replayed.output.contains("decisions are the same"), "\(replayed)")
            // Another seed draws other points.
            let resolved = folder.file("study/resolved.yaml")
            let other = try String(contentsOfFile: resolved, encoding: .utf8).replacing("seed: 0", with: "seed: 7")
            try other.write(toFile: resolved, atomically: true, encoding: .utf8)
            let different = try await Winnow.run("replay", "study", in: folder)
            #expect(different.status == 1 && different.output.contains("recorded: "), "\(different)")
        }

        /// A larger search over the same settings trains only what is new, and TPE learns from what is there.
        @Test(arguments: ["grid", "tpe"])
        func finishedTrialsOfAnotherStudyAreTakenOver(_ sampler: String) async throws {
            func write(_ search: String, epochs: Int = 2, to name: String) throws {
                try folder.write(
                    """
                    data: digits
                    model: {preset: mlp, hidden: [16]}
                    optimizer: adam
                    train: {epochs: \(epochs), select: {monitor: validation_accuracy}}
                    search: {\(search)}
                    """, to: name)
            }
            try write("seeds: 2, parameters: {optimizer.learning_rate: [0.001, 0.01]}", to: "a.yaml")
            // The rate of one point is the experiment's own now.
            let rates =
                sampler == "grid"
                ? "[0.01, 0.02]" : "{min: 0.001, max: 0.1, scale: log}, model.dropout: {min: 0, max: 0.5}"
            try write(
                "sampler: \(sampler), \(sampler == "grid" ? "" : "trials: 8, ")seeds: 2, "
                    + "parameters: {optimizer.learning_rate: \(rates)}", to: "b.yaml")
            let first = try await Winnow.run("run", "a.yaml", "--study", "a", "--workers", "2", in: folder)
            try #require(first.status == 0, "\(first.errors)")
            let second = try await Winnow.run(
                "run", "b.yaml", "--study", "study", "--workers", "2", "--from", "a", in: folder)
            try #require(second.status == 0, "\(second.errors)")
            let taken = sampler == "grid" ? 2 : 4
            #expect(second.errors.contains("\(taken) of its 4 completed trials"), "\(second.errors)")
            let (theirs, ours) = (try StudyRecords(of: folder.file("a")).state.trials, try trials())
            #expect(ours.count == (sampler == "grid" ? 4 : 8) && ours.allSatisfy { $0.phase == .completed })
            for trial in ours[..<taken] {
                let other = try #require(
                    theirs.first {
                        $0.seed == trial.seed
                            && $0.assignment["optimizer.learning_rate"] == trial.assignment["optimizer.learning_rate"]
                    })
                #expect(trial.history.map(\.metrics) == other.history.map(\.metrics))
                #expect(trial.outcome?.testMetrics == other.outcome?.testMetrics)
            }
            // The models are there as well, and can be used.
            let evaluated = try await Winnow.run("evaluate", "study/trials/00000/best.h5", "--json", in: folder)
            #expect(evaluated.status == 0, "\(evaluated.errors)")
            let replayed = try await Winnow.run("replay", "study", in: folder)
            #expect(replayed.status == 0, "\(replayed)")
            let explained = try await Winnow.run("explain", "study", "0", in: folder)
            #expect(explained.output.contains("taken over from a, trial"), "\(explained)")
            // A second time there is nothing to take.
            let again = try await Winnow.run("run", "b.yaml", "--study", "study", "--from", "a", in: folder)
            #expect(try again.status == 0 && self.trials() == ours, "\(again.errors)")
            // Of another budget, no trial is the same.
            try write("seeds: 2, parameters: {optimizer.learning_rate: [0.001, 0.01]}", epochs: 3, to: "c.yaml")
            let other = try await Winnow.run("run", "c.yaml", "--study", "c", "--from", "a", in: folder)
            #expect(other.errors.contains("0 of its 4 completed trials"), "\(other.errors)")
        }

        @Test func aStudyWithAnotherObjectiveIsRefused() async throws {
            try #require(try await run("sampler: sobol\n  trials: 2", epochs: 1).status == 0)
            try folder.write(
                "data: digits\nmodel: {preset: mlp, hidden: [16]}\ntrain: {epochs: 1, select: validation_accuracy}\n",
                to: "b.yaml")
            let refused = try await Winnow.run("run", "b.yaml", "--study", "b", "--from", "study", in: folder)
            #expect(refused.status == 65 && refused.errors.contains("validation_loss (minimize)"), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("b/journal")))
        }

        /// The first seed has the split that all would have otherwise; no two have the same.
        @Test func eachSeedMayHaveItsOwnSplit() async throws {
            func rows(_ vary: Bool) async throws -> [[String: Double]] {
                try folder.write(
                    "data: {source: digits, split: {vary: \(vary)}}\nmodel: {preset: mlp, hidden: [16]}\ntrain: 1\n"
                        + "search: {seeds: 3}\n", to: "v.yaml")
                let run = try await Winnow.run("run", "v.yaml", "--study", "v-\(vary)", in: folder)
                try #require(run.status == 0, "\(run.errors)")
                return try StudyRecords(of: folder.file("v-\(vary)")).state.trials.compactMap {
                    $0.outcome?.testMetrics
                }
            }
            let (same, own) = (try await rows(false), try await rows(true))
            #expect(same.count == 3 && own.count == 3)
            #expect(own[0] == same[0] && own[1] != same[1] && own[2] != same[2])
            let evaluated = try await Winnow.run("evaluate", "v-true/trials/00002/best.h5", "--json", in: folder)
            let loss = try #require(own[2]["test_loss"])
            #expect(evaluated.output.contains("\(loss)"), "\(evaluated)")
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
