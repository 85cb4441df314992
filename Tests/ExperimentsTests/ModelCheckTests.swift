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
            try read(text).check(inputShape: shape, classes: classes)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func aModelThatFitsIsPlaced() throws {
        let model = try read(classification).check(inputShape: [1, 28, 28], classes: 10)
        #expect(model.input == [1, 28, 28])
        #expect(model.output == [10])
        #expect(complaint(regression, on: [13], classes: nil) == nil)
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

    @Test func anOutputForOtherClassesIsNamed() {
        #expect(
            complaint(classification, on: [1, 28, 28], classes: 7)
                == "e.yaml:2:17: model.preset: the data has 7 classes, but the model's output is 10")
        let text = "data: {source: housing}\nmodel: {layers: [{linear: {features: 2}}]}\n"
        #expect(
            complaint(text, on: [13], classes: nil)
                == "e.yaml:2:18: model.layers.0: a regression predicts 1 number, but the model's output is 2")
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
