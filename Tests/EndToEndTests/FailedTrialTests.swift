import TestSupport
import Testing

/// A trial that cannot be trained, in a study that can.
@Suite struct FailedTrialTests {
    @Test func lossThatIsNoNumberFailsTheTrialAlone() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            """
            data: {source: housing}
            model: {preset: regressor}
            loss: {kind: mean_squared_error}
            optimizer: {kind: sgd}
            train: {epochs: 3}
            search:
              sampler: grid
              parameters:
                optimizer.learning_rate: {values: [1.0e+30, 1.0e-4]}
            """, to: "diverging.yaml")

        let run = try await Winnow.run(
            "run", "diverging.yaml", "--workers", "1", "--study", "study", "--json", in: folder)

        #expect(run.status == 2, "\(run.errors)")
        let trials = try run.trials()
        #expect(trials.map { $0["state"] as? String } == ["failed", "completed"])
        let error = try #require(trials[0]["error"] as? String)
        #expect(error.contains("loss") && error.contains("epoch 1"), "\(error)")
        #expect(trials[1]["epochs"] as? Int == 3)
        #expect(try run.document()["selected_trial"] as? Int == 1)
        let last = try #require(run.errorLines.last)
        #expect(last.contains("1 of 2 trials failed") && last.contains("winnow show study 0"), "\(last)")

        let shown = try await Winnow.run("show", "study", "0", in: folder)
        #expect(shown.output.contains(error))
        let again = try await Winnow.run("run", "diverging.yaml", "--study", "study", in: folder)
        #expect(again.status == 2, "a failed trial is not tried again")
    }
}
