import Foundation
import TestSupport
import Testing

extension Studies {
    /// What a study selects and compares, by the real program.
    @Suite struct SelectionTests {
        private let folder: TemporaryDirectory

        /// Three points with three seeds each, of losses that cannot be compared with one another.
        private static let experiment = """
            name: losses
            seed: 4
            data: {source: housing, scale_target: true}
            model: {preset: regressor, hidden: 8, dropout: 0.3}
            loss: {kind: mean_squared_error}
            train: {epochs: 4}
            search:
              sampler: grid
              seeds: 3
              parameters:
                model.dropout: {values: [0.0, 0.1, 0.5]}

            """

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(Self.experiment, to: "losses.yaml")
        }

        private func run(_ overrides: String..., file: String = "losses.yaml") async throws -> EndedWinnow {
            try await Winnow.run(
                ["run", file, "--workers", "2", "--study", "study"] + overrides.flatMap { ["--set", $0] }, in: folder)
        }

        @Test func thePointWithTheBestMeanIsSelectedAndItsBestTrialShown() async throws {
            let ended = try await run()
            try #require(ended.status == 0, "\(ended.errors)")
            let run = try await Winnow.run("results", "study", "--json", in: folder)
            let (document, trials) = try (run.document(), run.trials())
            let values = Dictionary(grouping: trials) { $0["point"] as? Int ?? -1 }
                .mapValues { $0.compactMap { $0["best_value"] as? Double } }
            let means = values.mapValues { $0.reduce(0, +) / Double($0.count) }
            let best = try #require(means.min { $0.value < $1.value })
            let point = try #require(document["selected_point"] as? [String: Any])
            #expect(point["point"] as? Int == best.key && point["count"] as? Int == 3)
            #expect(abs(try #require(point["mean"] as? Double) - best.value) < 1e-12)
            let selected = try #require(document["selected_trial"] as? Int)
            #expect(trials[selected]["best_value"] as? Double == values[best.key]?.min())
            #expect(trials.map { $0["selected"] as? Bool } == trials.indices.map { $0 == selected })
            #expect(abs(try #require(trials[selected]["point_mean"] as? Double) - best.value) < 1e-12)

            let lines = ended.output.split(separator: "\n").map(String.init)
            #expect(
                lines.contains {
                    $0.hasPrefix("* selected: point \(best.key), the best mean validation_loss of 3 points:")
                })
            #expect(lines.contains { $0.hasPrefix("  its best: trial \(selected), epoch ") })
            let shown = try await Winnow.run("show", "study", "\(selected)", in: folder)
            #expect(shown.output.contains("point \(best.key), which the study selects: the best mean validation_loss"))
            #expect(shown.output.contains("over 3 seeds; this is its best trial"))
            let script = """
                import h5py, sys
                file = h5py.File(sys.argv[1])
                print(file.attrs["selected_trial"], file.attrs["selected_point"], file.attrs["selected_point_count"],
                      file["trials/selected"][()].argmax(), file["trials/selected"][()].sum())
                """
            let stored = try Python.run(script, arguments: [folder.file("study/study.h5")])
            #expect(stored == "\(selected) \(best.key) 3 \(selected) 1\n")
        }

        /// At 80 columns the metrics stand first, and what is alike in all trials not at all.
        @Test func whatMattersStandsFirst() async throws {
            let ended = try await run("search.seeds=1")
            let header = ended.output.prefix { $0 != "\n" }.split(separator: " ").map(String.init)
            #expect(header.starts(with: ["trial", "validation_loss", "test_loss", "test_r2", "test_rmse"]))
            #expect(!header.contains("state") && header.contains("dropout"), "\(header)")
            // A parameter that only the later trials have has its column too.
            let added = Self.experiment.replacing("model.dropout:", with: "optimizer.learning_rate:")
                .replacing("[0.0, 0.1, 0.5]", with: "[0.5, 0.25]")
            try folder.write(added, to: "added.yaml")
            let later = try await run("search.seeds=1", file: "added.yaml")
            let columns = later.output.prefix { $0 != "\n" }.split(separator: " ").map(String.init)
            #expect(columns.contains("dropout") && columns.contains("learning_rate"), "\(later.output)")
        }

        @Test func budgetsAreKeptApart() async throws {
            try #require(try await run("train.epochs=6", "search.seeds=2").status == 0)
            // Seeds are added, and the budget's override is forgotten.
            let mixed = try await run()
            #expect(mixed.status == 0)
            #expect(
                mixed.errorLines.contains {
                    $0.contains("6 of its 9 trials were trained for 6 epochs, and this run trains for 4")
                        && $0.contains("--set train.epochs=6")
                }, "\(mixed.errors)")
            #expect(
                mixed.output.contains("! 0") && mixed.output.contains("another number of epochs than the study's 4"))
            let results = try await Winnow.run("results", "study", "--json", in: folder)
            #expect(try results.document()["epochs"] as? Int == 4)
            #expect(try results.trials().map { $0["other_budget"] as? Bool } == (0..<9).map { $0 < 6 })
            let selected = try #require(try results.document()["selected_trial"] as? Int)
            #expect(selected >= 6)
            let arms = try #require(
                try await Winnow.run("compare", "study", "--json", in: folder).document()["arms"] as? [[String: Any]])
            #expect(arms.allSatisfy { ($0["values"] as? [Any])?.count == 1 && $0["other_budget"] as? Int == 2 })

            // One more run gives all of them the same budget.
            let same = try await run("train.epochs=6")
            #expect(same.status == 0 && !same.output.contains("! "), "\(same.output)")
            let again = try await Winnow.run("compare", "study", "--json", in: folder)
            let all = try #require(try again.document()["arms"] as? [[String: Any]])
            #expect(all.allSatisfy { ($0["values"] as? [Any])?.count == 3 && $0["other_budget"] as? Int == 0 })

            // A finished study that is asked for less is shown as it is, and says so.
            let less = try await run()
            #expect(less.status == 0 && less.output == same.output)
            #expect(
                less.errorLines.contains { $0.contains("trained for 6 epochs, not for the 4 that are asked for") },
                "\(less.errors)")
        }

        @Test func aTrialWithoutAFiniteValueFails() async throws {
            // One sample has no variance, so that R2 is no number.
            let ended = try await run(
                "data.split={validation: 1, test: 8}", "train.select.monitor=validation_r2", "search.seeds=1")
            #expect(ended.status == 2, "\(ended.errors)")
            let results = try await Winnow.run("results", "study", "--json", in: folder)
            for trial in try results.trials() {
                #expect(trial["state"] as? String == "failed" && trial["epochs"] as? Int == 4)
                #expect((trial["test_metrics"] as? [String: Any])?.isEmpty == true && trial["checkpoint"] == nil)
                let error = try #require(trial["error"] as? String)
                #expect(error.contains("validation_r2") && error.contains("not a finite number in any of its 4 epochs"))
            }
            #expect(try results.document()["selected_trial"] == nil)
        }

        @Test func drawsAreRankedAndComparedWhereAPointIsNamed() async throws {
            let random = Self.experiment.replacing("sampler: grid", with: "sampler: random\n  trials: 9")
                .replacing("values: [0.0, 0.1, 0.5]", with: "min: 0.0, max: 0.6")
            try folder.write(random, to: "random.yaml")
            try #require(try await run(file: "random.yaml").status == 0)
            let ranked = try await Winnow.run("compare", "study", "--json", in: folder)
            let document = try ranked.document()
            let arms = try #require(document["arms"] as? [[String: Any]])
            #expect(document["baseline"] == nil && arms.allSatisfy { $0["verdict"] == nil && $0["difference"] == nil })
            #expect(arms.compactMap { $0["rank"] as? Int }.sorted() == [1, 2, 3])
            let selected = try await Winnow.run("results", "study", "--json", in: folder).document()
            let point = (selected["selected_point"] as? [String: Any])?["point"] as? Int
            #expect(arms.first { $0["rank"] as? Int == 1 }?["point"] as? Int == point)
            let text = try await Winnow.run("compare", "study", in: folder)
            #expect(!text.output.contains("difference ") && text.output.contains("--baseline N"), "\(text.output)")

            let compared = try await Winnow.run("compare", "study", "--baseline", "2", "--json", in: folder).document()
            #expect(compared["baseline"] as? Int == 2)
            let others = try #require(compared["arms"] as? [[String: Any]]).filter {
                $0["is_baseline"] as? Bool == false
            }
            #expect(others.count == 2 && others.allSatisfy { $0["verdict"] != nil && $0["difference"] != nil })
            try await Refusal.expect(
                ["compare", "study", "--baseline", "3"], status: 64, naming: ["study", "no point 3", "0 to 2"],
                in: folder)
        }
    }
}
