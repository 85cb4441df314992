import Architecture
import Experiments
import Testing

@Suite struct ModelCheckTests {
    private let layered = """
        data: {source: digits}
        model:
          layers:
            - conv2d: {channels: 4, kernel: 3}
            - relu
            - linear: {features: 10}

        """

    private func complaint(_ text: String, on shape: Shape, classes: Int?) -> String? {
        do {
            try read(text).check(with: SampleFacts(shape: shape, classes: classes))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func aModelThatFitsIsPlaced() throws {
        let model = try read(classification).check(with: SampleFacts(shape: [1, 28, 28], classes: 10))
        #expect(model.input == [1, 28, 28])
        #expect(model.output == [10])
        #expect(complaint(regression, on: [13], classes: nil) == nil)
    }

    /// The vectors come before the model's own layers, and take their room.
    @Test func embeddedColumnsStandBeforeTheModel() throws {
        let facts = SampleFacts(
            shape: [13],
            embeddings: [
                .init(place: 2, categories: 4, dimensions: 3), .init(place: 12, categories: 7, dimensions: 2),
            ], classes: nil)
        let model = try read(regression).check(with: facts)
        #expect(model.nodes.prefix(2).map(\.name) == ["embedding.0", "embedding.1"])
        #expect(model.nodes[1].output == [16] && model.nodes[2].operation.kind == .linear)
        let mixed = try read(regression + "regularize: {mixup: {alpha: 0.2}}\n")
        let error = #expect(throws: ExperimentError.self) { try mixed.check(with: facts) }
        #expect(error?.description.contains("columns of the table are embedded") == true)
    }

    @Test func aPresetOnTheWrongDataNamesLayerAndShapes() {
        #expect(
            complaint(classification, on: [1, 8, 8], classes: 10)
                == "e.yaml:2:17: model.preset: layer 8 (linear) takes 6912 features, but gets 192")
    }

    @Test func aLayerThatDoesNotFitIsPlacedInTheFile() {
        #expect(
            complaint(layered, on: [1, 8, 8], classes: 10)
                == "e.yaml:6:7: model.layers.2: layer 2 (linear) takes a flat sample (put flatten before it), "
                + "but gets 4x6x6")
    }

    /// A residual layer whose parts are given, on the digits' 8x8 pixels, after a layer that makes 4x6x6 of them.
    private func residual(body: String, shortcut: String) -> String {
        """
        data: {source: digits}
        model:
          layers:
            - conv2d: {channels: 4, kernel: 3}
            - residual:
                body:
                  - relu
                  - \(body)
                shortcut:
                  - sequential:
                      - relu
                      - \(shortcut)
            - flatten
            - linear: {features: 10}

        """
    }

    @Test func aLayerWithinAnotherIsPlacedInTheFile() {
        let fitting = "conv2d: {channels: 5, kernel: 3}"
        #expect(complaint(residual(body: fitting, shortcut: fitting), on: [1, 8, 8], classes: 10) == nil)
        #expect(
            complaint(
                residual(body: "conv2d: {channels: 5, kernel: 7}", shortcut: fitting), on: [1, 8, 8], classes: 10)
                == "e.yaml:8:13: model.layers.1.residual.body.1: layer 1.body.1 (conv2d) takes at least 7 rows and "
                + "columns for its kernel, but gets 4x6x6")
        #expect(
            complaint(
                residual(body: fitting, shortcut: "linear: {features: 3}"), on: [1, 8, 8], classes: 10)
                == "e.yaml:12:17: model.layers.1.residual.shortcut.0.sequential.1: layer 1.shortcut.0.1 (linear) takes "
                + "a flat sample (put flatten before it), but gets 4x6x6")
    }

    @Test func aShortcutOfAnotherShapeIsPlacedInTheFile() {
        #expect(
            complaint(
                residual(body: "conv2d: {channels: 5, kernel: 3}", shortcut: "conv2d: {channels: 4, kernel: 3}"),
                on: [1, 8, 8], classes: 10)
                == "e.yaml:5:7: model.layers.1: layer 1 (residual) takes a shortcut to 5x4x4, but gets 4x4x4")
    }

    @Test func anOutputForOtherClassesIsNamed() {
        let text = "data: {source: housing}\nmodel: {layers: [{linear: {features: 2}}]}\n"
        #expect(
            complaint(text, on: [13], classes: nil)
                == "e.yaml:2:18: model.layers.0: a regression predicts 1 number, but the model's output is 2")
        #expect(
            complaint("data: {source: digits}\nmodel: {preset: regressor}\n", on: [64], classes: 10)
                == "e.yaml:2:17: model.preset: the data has 10 classes, but the model's output is 1")
        let nested =
            "data: {source: digits}\nmodel: {layers: [flatten, {sequential: [relu, {linear: {features: 7}}]}]}\n"
        #expect(
            complaint(nested, on: [1, 8, 8], classes: 10)
                == "e.yaml:2:47: model.layers.1.sequential.1: the data has 10 classes, but the model's output is 7")
    }

    @Test(arguments: ["mlp", "mnist_cnn", "resnet18", "resnet18_torchvision", "resnet"])
    func aPresetHasAsManyOutputsAsThereAreClasses(_ preset: String) throws {
        let text = "data: {source: mnist-5k}\nmodel: {preset: \(preset)}\n"
        for classes in [2, 10, 37] {
            #expect(try read(text).check(with: SampleFacts(shape: [1, 28, 28], classes: classes)).output == [classes])
        }
        let table = "data: {source: {csv: a.csv, target: y, shape: [1, 28, 28], task: regression}}\n"
        let regression = try read(table + "model: {preset: \(preset)}\n")
        #expect(try regression.check(with: SampleFacts(shape: [1, 28, 28], classes: nil)).output == [1])
    }

    @Test func aBinaryLossTakesOneOutput() throws {
        let binary = classification + "loss: {kind: binary_cross_entropy}\n"
        #expect(try read(binary).check(with: SampleFacts(shape: [1, 28, 28], classes: 2)).output == [1])
        #expect(
            complaint(binary, on: [1, 28, 28], classes: 10)
                == "e.yaml:3:14: loss.kind: binary_cross_entropy is for two classes, but the data has 10")
        let layers = "data: {source: digits}\nmodel: {layers: [flatten, {linear: {features: 2}}]}\n"
        #expect(
            complaint(layers + "loss: {kind: binary_cross_entropy}\n", on: [1, 8, 8], classes: 2)
                == "e.yaml:2:27: model.layers.1: binary_cross_entropy takes 1 number, but the model's output is 2")
        let searched = "search: {parameters: {loss.kind: {values: [cross_entropy, binary_cross_entropy]}}}\n"
        #expect(
            complaint(classification + searched, on: [1, 28, 28], classes: 10)
                == "e.yaml:3:59: loss.kind: binary_cross_entropy is for two classes, but the data has 10")
    }

    @Test func thereIsAWeightForEachClass() {
        let text = classification + "loss: {class_weights: [1, 2, 3]}\n"
        #expect(complaint(text, on: [1, 28, 28], classes: 3) == nil)
        #expect(
            complaint(text, on: [1, 28, 28], classes: 10)
                == "e.yaml:3:23: loss.class_weights: the data has 10 classes, but there are 3 weights")
    }

    @Test func searchedSizesAreChecked() {
        let text = layered.replacing("- relu", with: "- flatten")
        #expect(complaint(text, on: [1, 8, 8], classes: 10) == nil)
        let search = "search: {parameters: {model.layers.0.conv2d.kernel: {values: [3, 5, 9]}}}\n"
        #expect(
            complaint(text + search, on: [1, 8, 8], classes: 10)
                == "e.yaml:7:69: model.layers.0: layer 0 (conv2d) takes at least 9 rows and columns for its kernel, "
                + "but gets 1x8x8")
    }
}
