import Architecture
import Experiments
import Testing

@Suite struct TrialTests {
    private let text =
        classification + """
            optimizer: {kind: sgd, momentum: 0.9}
            search:
              trials: 4
              seeds: 2
              parameters:
                optimizer.learning_rate: {min: 1e-5, max: 0.1, scale: log}
                model.dropout: {values: [0, 0.3]}

            """

    @Test func aTrialsFileHasItsParametersAndNoSearch() throws {
        let file = try read(text)
        let assignment: Assignment = [
            .init(path: "optimizer.learning_rate", value: .double(0.1.nextDown)),
            .init(path: "model.dropout", value: .double(0.3)),
        ]
        let trial = try read(file.trial(assigning: assignment).resolvedYAML())
        #expect(trial.experiment == (try file.experiment(assigning: assignment)))
        #expect(trial.experiment.builtIn.optimizer == .sgd(learningRate: 0.1.nextDown, momentum: 0.9))
        #expect(trial.experiment.builtIn.model == .init(.mnistCNN(dropout: 0.3, batchNorm: false)))
        #expect(trial.experiment.search == .init(sampler: .grid, trials: 1, seeds: 1, parameters: []))
        #expect(try !file.trial(assigning: assignment).resolvedYAML().contains("search"))
    }

    @Test func withoutParametersATrialIsTheExperiment() throws {
        let file = try read(text)
        #expect(try file.experiment(assigning: []).builtIn.optimizer == file.experiment.builtIn.optimizer)
        #expect(try file.experiment(assigning: []).builtIn.model == file.experiment.builtIn.model)
    }

    @Test func aValueThatDoesNotFitIsPlacedAtItsParameter() throws {
        let file = try read(text)
        let error = #expect(throws: ExperimentError.self) {
            try file.experiment(assigning: [.init(path: "model.dropout", value: .int(2))])
        }
        #expect(error?.description == "e.yaml:9:20: model.dropout: must be at least 0 and below 1, but is 2")
    }

    @Test func parametersThatDoNotGoTogetherAreAnError() throws {
        let file = try read(regression + "search: {parameters: {optimizer.kind: {values: [sgd]}}}\n")
        let momentum = Assignment.Element(path: "optimizer.momentum", value: .double(0.5))
        let sgd = Assignment.Element(path: "optimizer.kind", value: .string("sgd"))
        #expect(
            try file.experiment(assigning: [sgd, momentum]).builtIn.optimizer
                == .sgd(learningRate: 0.001, momentum: 0.5))
        #expect(throws: ExperimentError.self) { try file.experiment(assigning: [momentum]) }
    }

    @Test(arguments: [
        // All values can be listed: the grid.
        ("model.dropout: {values: [0, 0.1]}", "", SearchDescription.Sampler.grid, 2),
        ("model.dropout: [0, 0.1]", "seeds: 3", .grid, 6),
        ("data.batch_size: {min: 8, max: 10, integer: true}", "", .grid, 3),
        ("model.dropout: {values: [0, 0.1]}", "trials: 2", .grid, 2),
        // More than there are: all there are.
        ("model.dropout: {values: [0, 0.1]}", "trials: 20", .random, 2),
        ("model.dropout: {values: [0, 0.1]}", "sampler: random", .random, 2),
        ("model.dropout: {values: [0, 0.1]}", "sampler: random, trials: 30, seeds: 2", .random, 4),
        // Fewer than the grid has, a scale to draw by, a range, a grid that nobody would wait for: random.
        ("model.dropout: {values: [0, 0.1, 0.2]}", "trials: 2", .random, 2),
        ("data.batch_size: {min: 8, max: 64, integer: true, scale: log}", "", .random, 20),
        ("model.dropout: {min: 0, max: 0.5}", "", .random, 20),
        ("data.batch_size: {min: 1, max: 100000, integer: true}", "", .random, 20),
    ])
    func theSamplerThatNobodyNames(
        _ parameter: String, _ more: String, _ sampler: SearchDescription.Sampler, _ trials: Int
    ) throws {
        let text = classification + "search: {\(more.isEmpty ? "" : more + ", ")parameters: {\(parameter)}}\n"
        let search = try read(text).experiment.search
        #expect(search.sampler == sampler)
        #expect(search.trials == trials)
        #expect(try read(read(text).resolvedYAML()).experiment.search == search)
    }

    @Test func randomTriesTwentyPointsAndAGridAll() throws {
        let random = classification + "search: {seeds: 3, parameters: {model.dropout: {min: 0, max: 0.5}}}\n"
        #expect(try read(random).experiment.search.trials == 60)
        let grid =
            classification + "search: {sampler: grid, seeds: 3, parameters: {model.dropout: {values: [0, 0.1]}, "
            + "data.batch_size: {min: 8, max: 10, integer: true}}}\n"
        #expect(try read(grid).experiment.search.trials == 18)
        #expect(try read(classification + "search: {seeds: 5}\n").experiment.search.trials == 5)
    }
}
