import Experiments
import TestSupport
import Testing

/// All mistakes of a file at once.
@Suite struct AllMistakesTests {
    private func lines(_ text: String, set overrides: String...) throws -> [String] {
        try ExperimentFile.mistakes(in: text, name: "e.yaml", overrides: overrides.map { try Override($0) })
            .map(\.description)
    }

    @Test func eachIsSaidInTheOrderOfTheLines() throws {
        let text = """
            name: ..
            data: {source: digits, batch_siz: 8, scale: minmax, split: {test: 2.5}}
            model:
              layers:
                - conv2d: {channels: 4, kernal: 3}
                - flaten
                - dropout: 1.5
                - linear: {features: many}
            loss: {kind: mse}
            optimizer: {kind: adm, learning_rate: fast, momentum: 0.9}
            train: {epochs: 0, select: {monitor: val_acc}}
            search: {sampler: grid, trials: 0, parameters: {optimizer.lr: {values: [0.1, 0.2]}, data.batch_size: [8, 0]}}
            """
        #expect(
            try lines(text) == [
                "e.yaml:1:7: name: a name must not begin with a dot: it is also the name of the study's folder, studies/NAME",
                "e.yaml:2:24: data.batch_siz: unknown key \"batch_siz\" (did you mean \"batch_size\"?)",
                "e.yaml:2:45: data.scale: unknown scale \"minmax\" (did you mean \"min_max\"?)",
                "e.yaml:2:67: data.split.test: must be a share above 0 and below 1, or a count of samples, but is \"2.5\"",
                "e.yaml:5:29: model.layers.0.conv2d.kernal: unknown key \"kernal\" for conv2d (did you mean \"kernel\"?)",
                "e.yaml:6:7: model.layers.1: unknown layer \"flaten\" (did you mean \"flatten\"?)",
                "e.yaml:7:16: model.layers.2.dropout: must be at least 0 and below 1, but is 1.5",
                "e.yaml:8:26: model.layers.3.linear.features: expected a whole number, found \"many\"",
                "e.yaml:9:14: loss.kind: unknown loss \"mse\" (called mean_squared_error here)",
                "e.yaml:10:19: optimizer.kind: unknown optimizer \"adm\" (did you mean \"adam\"?)",
                "e.yaml:10:39: optimizer.learning_rate: expected a number, found \"fast\"",
                "e.yaml:10:45: optimizer.momentum: unknown key \"momentum\" for adam; there are: kind, learning_rate, "
                    + "beta1, beta2, epsilon, weight_decay, clip_norm, learning_rate_schedule, freeze, "
                    + "layer_rates",
                "e.yaml:11:17: train.epochs: must be between 1 and 1000000, but is 0",
                "e.yaml:11:38: train.select.monitor: unknown monitor \"val_acc\" (called validation_accuracy here)",
                "e.yaml:12:33: search.trials: must be between 1 and 1000000, but is 0",
                "e.yaml:12:73: optimizer.lr: unknown key \"lr\" for adam (called learning_rate here)",
                "e.yaml:12:106: data.batch_size: must be between 1 and 1000000, but is 0",
            ])
    }

    /// What follows from a mistake is none of its own.
    @Test(arguments: [
        ("data: {source: housng}\nmodel: {preset: regressor}\ntrain: {select: {monitor: validation_r2}}\n", 1),
        ("data: {source: my.csv}\nmodel: {preset: regressor}\nloss: mean_absolute_error\n", 1),
        ("data: {source: {csv: a.csv}}\nmodel: {preset: mlp}\nloss: {kind: huber, delta: 2}\n", 1),
        ("data: {source: nothing}\nmodel: {preset: mlp}\ntrain: {select: {monitor: validation_rmse}}\n", 1),
        ("data: {source: digits}\nmodel: {preset: lenet5x, dropout: 0.5, width: 3}\n", 1),
        ("data: {source: digits}\nmodel: {layers: [{conv2d: {}}, flatten, {linear: {features: 10}}]}\n", 2),
        ("data: {source: digits}\nmodel: mlp\noptimizer: {kind: lion, betas: [0.9, 0.99]}\n", 1),
        ("model: {preset: mlp}\n", 1),
        ("data: {source: digits}\n", 1),
        ("seed: 1\n", 2),
        ("data: {source: {csv: 1, tagret: y, tsk: regression}}\nmodel: regressor\n", 2),
        ("data: digits\nmodel: {preset: mlp, hidden: [1, x, 0]}\n", 2),
        ("data: digits\nmodel: mlp\nsearch: {parameters: {model.dropot: {values: [0.1, 0.2, 0.3]}}}\n", 1),
    ])
    func noneIsSaidTwice(_ text: String, _ count: Int) throws {
        let lines = try lines(text)
        #expect(lines.count == count, "\(lines)")
    }

    @Test func mistakesOfOverridesComeLast() throws {
        let lines = try lines(
            classification + "train: {epochs: x}\n", set: "train.epoch=3", "model.preset.a=1", "optimizer.lr=1")
        #expect(
            lines == [
                "e.yaml:3:17: train.epochs: expected a whole number, found \"x\"",
                "--set model.preset.a=1: model.preset.a: there is no \"a\" inside the single value \"mnist_cnn\"",
                "--set optimizer.lr=1: optimizer.lr: unknown key \"lr\" for adam (called learning_rate here)",
                "--set train.epoch=3: train.epoch: unknown key \"epoch\" (called epochs here)",
            ])
    }

    @Test func aFileWithoutMistakesHasNone() throws {
        for text in ResolvedTests.all { #expect(try lines(text) == []) }
    }
}
