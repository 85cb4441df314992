import Architecture
import Testing

@Suite("A model's graph")
struct ModelGraphTests {
    @Test("infers mnist_cnn's shapes and counts its parameters")
    func mnist() throws {
        let model = try ModelDescription.mnistCNN().graph(on: [1, 28, 28])
        #expect(
            model.nodes.map(\.output.description) == [
                "64x26x26", "64x26x26", "64x13x13", "192x13x13", "192x13x13", "192x6x6", "192x6x6", "6912", "1024",
                "1024", "1024", "512", "512", "10",
            ])
        #expect(model.nodes.map(\.name) == (0..<14).map(String.init))
        // PyTorch: sum(p.numel() for p in model.parameters()).
        #expect(model.parameterCount == 7_720_266)
    }

    @Test("gives a preset as many outputs as there are classes")
    func classes() throws {
        #expect(try ModelDescription.mnistCNN(classes: 3).graph(on: [1, 28, 28]).output == [3])
        // PyTorch: (28 * 28 + 1) * 9 + (9 + 1) * 3.
        let perceptron = try ModelDescription.mlp(outputs: 3, hidden: [9], dropout: 0.1).graph(on: [1, 28, 28])
        #expect(perceptron.output == [3])
        #expect(perceptron.nodes.map(\.name) == ["0", "1", "2", "3", "4"])
        #expect(perceptron.parameterCount == 785 * 9 + 30)
    }

    @Test("infers regressor's shapes, with and without a ReLU on the output")
    func regressor() throws {
        for outputReLU in [false, true] {
            let model = try ModelDescription.regressor(outputReLU: outputReLU).graph(on: [13])
            #expect(model.output == [1])
            #expect(model.nodes.count == (outputReLU ? 5 : 4))
            #expect(model.parameterCount == 751)
        }
    }

    @Test("rounds strides and windows down, as PyTorch does")
    func rounding() throws {
        let model = try ModelDescription([
            .conv2d(.init(channels: 3, kernel: 3, stride: 2, padding: 1)), .maxPool2d(.init(kernel: 3, stride: 2)),
        ]).graph(on: [2, 12, 9])
        #expect(model.nodes.map(\.output) == [[3, 6, 5], [3, 2, 2]])
    }

    @Test("gives a layer normalisation one factor and one summand for each value of a sample")
    func layerNorm() throws {
        let graph = try ModelDescription([
            .layerNorm(.init()), .flatten, .layerNorm(.init()), .linear(.init(outputs: 1)),
        ]).graph(on: [3, 4, 5])
        #expect(graph.nodes.map(\.output) == [[3, 4, 5], [60], [60], [1]])
        #expect(graph.parameterCount == 4 * 60 + 61)
    }

    @Test("every kind of layer is known by its name, and by no other's")
    func kinds() {
        #expect(Set(Layer.names).count == Layer.names.count)
        for kind in Layer.kinds {
            #expect(Layer.kind(named: kind.name).map { Layer($0) } == Layer(kind))
            #expect(kind.shortKey.map { key in kind.settings.contains { $0.key == key } } ?? true)
        }
    }

    @Test(
        "names the layer, what it takes and what it gets",
        arguments: [
            (Layer.linear(.init(inputs: 5, outputs: 2)), [4], "layer 0 (linear) takes 5 features, but gets 4"),
            (
                .linear(.init(outputs: 2)), [1, 2, 3],
                "layer 0 (linear) takes a flat sample (put flatten before it), but gets 1x2x3"
            ),
            (
                .conv2d(.init(inputs: 3, channels: 2, kernel: 3)), [1, 9, 9],
                "layer 0 (conv2d) takes 3 channels, but gets 1x9x9"
            ),
            (
                .conv2d(.init(channels: 2, kernel: 5, padding: 1)), [1, 9, 2],
                "layer 0 (conv2d) takes at least 3 rows and columns for its kernel, but gets 1x9x2"
            ),
            (
                .conv2d(.init(channels: 2, kernel: 5)), [9],
                "layer 0 (conv2d) takes an image (channels x height x width), but gets 9"
            ),
            (
                .maxPool2d(.init(kernel: 2)), [1, 1, 4],
                "layer 0 (max_pool2d) takes at least 2 rows and columns for its window, but gets 1x1x4"
            ),
            (
                .maxPool2d(.init(kernel: 2)), [4],
                "layer 0 (max_pool2d) takes an image (channels x height x width), but gets 4"
            ),
            (
                .avgPool2d(.init(kernel: 4, padding: 1)), [1, 1, 9],
                "layer 0 (avg_pool2d) takes at least 2 rows and columns for its window, but gets 1x1x9"
            ),
            (.globalAvgPool, [4], "layer 0 (global_avg_pool) takes an image (channels x height x width), but gets 4"),
            (
                .dropout2d(.init(probability: 0.5)), [4],
                "layer 0 (dropout2d) takes an image (channels x height x width), but gets 4"
            ),
            (.batchNorm(.init()), [2, 4], "layer 0 (batch_norm) takes features or an image, but gets 2x4"),
        ] as [(Layer, [Int], String)])
    func misfits(layer: Layer, input: [Int], message: String) {
        let error = #expect(throws: ShapeError.self) { _ = try ModelDescription([layer]).graph(on: Shape(input)) }
        #expect(error?.description == message)
    }

    @Test(
        "refuses settings that no layer can have, where dividing by them or multiplying them would trap",
        arguments: [
            (Layer.linear(.init(outputs: 0)), "layer 0 (linear) needs features from 1 to 1000000, but has 0"),
            (.conv2d(.init(channels: 1, kernel: 1, stride: 0)), "stride"),
            (.conv2d(.init(channels: -1, kernel: 1)), "channels"),
            (.conv2d(.init(channels: 1, kernel: 0)), "kernel"),
            (.conv2d(.init(channels: 1, kernel: 1, padding: -1)), "padding"),
            (.conv2d(.init(channels: 1, kernel: 1, padding: .max)), "padding"),
            (.maxPool2d(.init(kernel: 1, stride: 0)), "stride"),
            (.maxPool2d(.init(kernel: .max)), "kernel"),
            (.avgPool2d(.init(kernel: 16)), "layer 0 (avg_pool2d) needs kernel from 1 to 15, but has 16"),
            (.maxPool2d(.init(kernel: 3, padding: 2)), "layer 0 (max_pool2d) needs padding from 0 to 1, but has 2"),
            (.avgPool2d(.init(kernel: 3, padding: -1)), "padding"),
            (.batchNorm(.init(momentum: 1.5)), "momentum"),
            (.batchNorm(.init(momentum: .nan)), "momentum"),
            (.conv2d(.init(channels: 65_537, kernel: 1)), "channels from 1 to 65536"),
            (.batchNorm(.init(epsilon: 0)), "layer 0 (batch_norm) needs epsilon above 0 and at most 1, but has 0.0"),
            (.batchNorm(.init(epsilon: .infinity)), "epsilon"),
            (.layerNorm(.init(epsilon: -1)), "layer 0 (layer_norm) needs epsilon above 0 and at most 1, but has -1.0"),
            (.leakyReLU(.init(slope: -0.1)), "slope"),
            (.dropout2d(.init(probability: 1)), "probability"),
            (.dropout(.init(probability: 1)), "probability"),
            (.dropout(.init(probability: .nan)), "probability"),
        ] as [(Layer, String)])
    func settings(layer: Layer, message: String) throws {
        let error = #expect(throws: ShapeError.self) { _ = try ModelDescription([layer]).graph(on: [1, 4, 4]) }
        #expect(try #require(error).description.contains(message))
    }
}
