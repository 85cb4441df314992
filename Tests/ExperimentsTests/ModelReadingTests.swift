import Architecture
import Experiments
import Testing

@Suite struct ModelReadingTests {
    private func model(_ model: String) throws(ExperimentError) -> ModelTemplate {
        try read("data: {source: digits}\nmodel: \(model)\n").experiment.builtIn.model
    }

    private func layer(_ layer: String) throws -> Layer? {
        guard case .layers(let layers) = try model("{layers: [\(layer)]}").network else { return nil }
        return layers.first
    }

    @Test(
        arguments: [
            ("linear: {features: 3}", Layer.linear(.init(outputs: 3))),
            ("linear: {features: 3, bias: false}", .linear(.init(outputs: 3, bias: false))),
            ("conv2d: {channels: 3, kernel: 5}", .conv2d(.init(channels: 3, kernel: 5))),
            (
                "conv2d: {channels: 3, kernel: 5, stride: 2, padding: 1, bias: false}",
                .conv2d(.init(channels: 3, kernel: 5, stride: 2, padding: 1, bias: false))
            ),
            ("batch_norm", .batchNorm(.init(momentum: 0.1, epsilon: 1e-5))),
            ("batch_norm: {momentum: 1}", .batchNorm(.init(momentum: 1))),
            ("batch_norm: {epsilon: 0.001}", .batchNorm(.init(epsilon: 0.001))),
            ("layer_norm", .layerNorm(.init(epsilon: 1e-5))),
            ("layer_norm: {epsilon: 0.001}", .layerNorm(.init(epsilon: 0.001))),
            ("relu", .relu),
            ("leaky_relu", .leakyReLU(.init(slope: 0.01))),
            ("leaky_relu: {slope: 0.3}", .leakyReLU(.init(slope: 0.3))),
            ("gelu", .gelu),
            ("sigmoid", .sigmoid),
            ("tanh", .tanh),
            ("max_pool2d: {kernel: 3}", .maxPool2d(.init(kernel: 3, stride: 3, padding: 0))),
            ("max_pool2d: {kernel: 3, stride: 2, padding: 1}", .maxPool2d(.init(kernel: 3, stride: 2, padding: 1))),
            ("avg_pool2d: {kernel: 15, stride: 1, padding: 7}", .avgPool2d(.init(kernel: 15, stride: 1, padding: 7))),
            ("global_avg_pool", .globalAvgPool),
            ("flatten", .flatten),
            ("dropout: 0.25", .dropout(.init(probability: 0.25))),
            ("dropout2d: {probability: 0.25}", .dropout2d(.init(probability: 0.25))),
            ("sequential: [relu, tanh]", .sequential(ModelDescription([.relu, .tanh]))),
            ("residual: {body: [relu]}", .residual(.init(body: [.relu]))),
            (
                "residual: {body: [relu, {residual: {body: [tanh]}}], shortcut: [gelu]}",
                .residual(.init(body: [.relu, .residual(.init(body: [.tanh]))], shortcut: [.gelu]))
            ),
        ] as [(String, Layer)])
    func aLayerIsReadByItsWord(_ text: String, _ expected: Layer) throws {
        let isMapping = text.contains(":")
        #expect(try layer(isMapping ? "{\(text)}" : text) == expected)
        #expect(text.hasPrefix(expected.kind))
    }

    @Test(
        arguments: [
            ("{preset: mlp}", ModelTemplate.Network.mlp(hidden: [64], dropout: 0)),
            ("{preset: mlp, hidden: [128, 32], dropout: 0.2}", .mlp(hidden: [128, 32], dropout: 0.2)),
            ("{preset: mlp, hidden: []}", .mlp(hidden: [], dropout: 0)),
            ("{preset: mnist_cnn}", .mnistCNN(dropout: 0.5, batchNorm: false)),
            ("{preset: mnist_cnn, dropout: 0, batch_norm: true}", .mnistCNN(dropout: 0, batchNorm: true)),
            ("{preset: regressor}", .regressor(hidden: 50, dropout: 0.5, outputReLU: false)),
            ("{preset: resnet18}", .resNet18),
            ("{preset: resnet18_torchvision}", .resNet18Torchvision(dropout: 0.5)),
            ("{preset: resnet18_torchvision, dropout: 0}", .resNet18Torchvision(dropout: 0)),
            ("{preset: resnet}", .resNet(width: 16, depth: 1, stages: 3)),
            ("{preset: resnet, width: 8, depth: 2, stages: 4}", .resNet(width: 8, depth: 2, stages: 4)),
        ] as [(String, ModelTemplate.Network)])
    func aPresetIsReadByItsName(_ text: String, _ expected: ModelTemplate.Network) throws {
        #expect(try model(text) == ModelTemplate(expected))
    }

    @Test func aPresetsSettingsReachItsModel() throws {
        #expect(
            try model("{preset: mlp, hidden: [9, 8], dropout: 0.1}").description(outputs: 7)
                == .mlp(outputs: 7, hidden: [9, 8], dropout: 0.1))
        #expect(
            try model("{preset: resnet, width: 9, depth: 2, stages: 4}").description(outputs: 7)
                == .resNet(classes: 7, width: 9, depth: 2, stages: 4))
        #expect(
            try model("{preset: resnet18_torchvision, dropout: 0.1}").description(outputs: 7)
                == .resNet18Torchvision(classes: 7, dropout: 0.1))
        #expect(try model("{preset: resnet18}").description(outputs: 7) == .resNet18(classes: 7))
        #expect(
            try model("{preset: mnist_cnn, dropout: 0.1}").description(outputs: 7)
                == .mnistCNN(classes: 7, dropout: 0.1))
    }

    @Test(arguments: ["preset: mlp", "layers: [flatten, {linear: {features: 10}}]"])
    func initializationIsThatOfTheWholeModel(_ network: String) throws {
        #expect(try model("{\(network)}").description(outputs: 10).initialization == .pytorch)
        let file = try read("data: {source: digits}\nmodel: {\(network), initialization: he}\n")
        #expect(try file.check(with: SampleFacts(shape: [1, 8, 8], classes: 10)).initialization == .he)
    }

    @Test func namesAreThoseOfSequentialModules() throws {
        let text = "[relu, {residual: {body: [relu, {sequential: [tanh]}], shortcut: [gelu]}}, {sequential: [relu]}]"
        let graph = try model("{layers: \(text)}").description(outputs: 1).graph(on: [4])
        #expect(graph.nodes.map(\.name) == ["0", "1.body.0", "1.body.1.0", "1.shortcut.0", "1", "2.0"])
    }
}
