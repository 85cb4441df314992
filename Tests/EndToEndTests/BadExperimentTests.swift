import Foundation
import TestSupport
import Testing

/// Mistakes in the experiment file, one by one.
@Suite struct BadExperimentTests {
    /// A file that is fine as far as it goes.
    private let regression = """
        data: {source: housing}
        model: {preset: regressor}
        loss: {kind: mean_squared_error}

        """

    @Test func missingFile() async throws {
        try await Refusal.expect(
            ["run", "nowhere.yaml"], status: 66, naming: ["nowhere.yaml", "no such experiment file"],
            in: TemporaryDirectory())
    }

    @Test func emptyFile() async throws {
        try await Refusal.expect("", naming: "bad.yaml", "empty")
    }

    @Test func textThatIsNotUTF8() async throws {
        let folder = try TemporaryDirectory()
        try Data([0x6E, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: folder.file("latin.yaml")))
        try await Refusal.expect(["run", "latin.yaml"], status: 65, naming: ["latin.yaml", "UTF-8"], in: folder)
    }

    @Test func unknownKey() async throws {
        try await Refusal.expect(
            regression + "optimizer: {learning_rat: 0.1}", naming: "bad.yaml:4:13", "optimizer.learning_rat",
            #"did you mean "learning_rate"?"#)
    }

    @Test func misspelledPreset() async throws {
        try await Refusal.expect(
            """
            data: {source: digits}
            model: {preset: mnist_cn}
            """, naming: "bad.yaml:2:17", "model.preset", #""mnist_cn""#, #"did you mean "mnist_cnn"?"#)
    }

    @Test func misspelledSource() async throws {
        try await Refusal.expect(
            """
            data: {source: housng}
            model: {preset: regressor}
            """, naming: "bad.yaml:1:16", "data.source", #""housng""#, #"did you mean "housing"?"#)
    }

    @Test func valueOfTheWrongType() async throws {
        try await Refusal.expect(
            regression + "train: {epochs: ten}", naming: "bad.yaml:4:17", "train.epochs", "a whole number", #""ten""#)
    }

    @Test func valueOutsideItsRange() async throws {
        try await Refusal.expect(
            regression + "optimizer: {learning_rate: -1}", naming: "bad.yaml:4:28", "optimizer.learning_rate",
            "above 0",
            "-1")
    }

    @Test func modelThatDoesNotFitTheData() async throws {
        try await Refusal.expect(
            """
            data: {source: digits}
            model:
              layers:
                - conv2d: {channels: 4, kernel: 9}
                - flatten
                - linear: {features: 10}
            """, naming: "bad.yaml:4:7", "layer 0 (conv2d)", "at least 9", "1x8x8")
        try await Refusal.expect(
            """
            data: {source: digits}
            model: {preset: mnist_cnn}
            """, naming: "bad.yaml:2:17", "layer 8 (linear)", "6912", "192")
    }

    @Test func outputThatIsNotOnePerClass() async throws {
        try await Refusal.expect(
            """
            data: {source: digits}
            model: {layers: [flatten, {linear: {features: 7}}]}
            """, naming: "bad.yaml:2", "layers.1", "10 classes", "7")
    }

    @Test func testMetricAsMonitor() async throws {
        try await Refusal.expect(
            regression + "train: {select: {monitor: test_loss}}", naming: "bad.yaml:4:27", "train.select.monitor",
            "test_loss", #"did you mean "validation_loss"?"#)
    }

    @Test func emptyGrid() async throws {
        try await Refusal.expect(
            regression + "search: {sampler: grid, parameters: {}}", naming: "bad.yaml:4:37", "search.parameters",
            "empty")
        try await Refusal.expect(
            regression + "search: {sampler: grid, parameters: {model.dropout: {values: []}}}", naming: "bad.yaml:4",
            "search.parameters.model.dropout.values", "empty")
    }

    @Test func overrideOfAnUnknownKey() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(regression, to: "fine.yaml")
        try await Refusal.expect(
            ["run", "fine.yaml", "--set", "train.epoch=3"], status: 65,
            naming: ["--set train.epoch=3", "unknown key", "epochs"], in: folder)
    }
}
