import Architecture
import Experiments
import Testing

/// A single value that stands for a mapping is that mapping.
@Suite struct ShortFormTests {
    @Test(arguments: [
        ("optimizer: sgd", "optimizer: {kind: sgd}"), ("loss: cross_entropy", "loss: {kind: cross_entropy}"),
        ("train: 7", "train: {epochs: 7}"),
        ("train: {select: validation_accuracy}", "train: {select: {monitor: validation_accuracy}}"),
        ("checkpoint: 5m", "checkpoint: {every: 5m}"),
        (
            "search: {parameters: {model.dropout: [0.1, 0.2]}}",
            "search: {parameters: {model.dropout: {values: [0.1, 0.2]}}}"
        ),
        (
            "optimizer: {learning_rate_schedule: {kind: cosine, warmup: 2}}",
            "optimizer: {learning_rate_schedule: {kind: cosine, warmup: {epochs: 2}}}"
        ),
    ])
    func ofASection(_ short: String, _ long: String) throws {
        let (one, other) = (try read(classification + short + "\n"), try read(classification + long + "\n"))
        #expect(one.experiment == other.experiment)
        #expect(one.resolvedYAML() == other.resolvedYAML())
    }

    @Test(arguments: [
        ("linear: 64", "linear: {features: 64}"), ("max_pool2d: 2", "max_pool2d: {kernel: 2}"),
        ("avg_pool2d: 2", "avg_pool2d: {kernel: 2}"), ("leaky_relu: 0.2", "leaky_relu: {slope: 0.2}"),
        ("dropout: 0.2", "dropout: {probability: 0.2}"), ("dropout2d: 0.2", "dropout2d: {probability: 0.2}"),
    ])
    func ofALayer(_ short: String, _ long: String) throws {
        func file(_ layer: String) throws -> ExperimentFile {
            try read("data: digits\nmodel: {layers: [{\(layer)}, flatten, {linear: 10}]}\n")
        }
        #expect(try file(short).experiment == file(long).experiment)
        #expect(try file(short).resolvedYAML() == file(long).resolvedYAML())
    }

    @Test func wholeFile() throws {
        let short = try read("data: digits\nmodel: mlp\n")
        #expect(short.experiment == (try read("data: {source: digits}\nmodel: {preset: mlp}\n").experiment))
        #expect(try read("data: housing\nmodel: mlp\nloss: huber\n").experiment.builtIn.loss == .huber(delta: 1))
    }

    @Test(arguments: [
        "optimizer.learning_rate=0.3", "loss.label_smoothing=0.1", "data.batch_size=8", "model.dropout=0.1",
        "train.early_stopping=3", "train.select.goal=maximize",
    ])
    func isSpelledOutWhereAKeyIsSetInside(_ override: String) throws {
        let short = "data: digits\nmodel: mlp\nloss: cross_entropy\noptimizer: sgd\ntrain: {select: validation_loss}\n"
        let long = """
            data: {source: digits}
            model: {preset: mlp}
            loss: {kind: cross_entropy}
            optimizer: {kind: sgd}
            train: {select: {monitor: validation_loss}}
            """
        #expect(try read(short, set: override).experiment == read(long, set: override).experiment)
    }

    @Test func conv2dStillNeedsItsKernel() {
        #expect(
            complaint("data: digits\nmodel: {layers: [{conv2d: 8}]}\n")
                == "e.yaml:2:27: model.layers.0.conv2d: the key \"kernel\" is missing for conv2d")
    }

    @Test func aMistakeIsPlacedAtTheValue() {
        #expect(
            complaint(classification + "optimizer: sdg\n")
                == "e.yaml:3:12: optimizer: unknown optimizer \"sdg\" (did you mean \"sgd\"?)")
    }
}
