import Experiments
import Testing

@Suite struct ModelMistakeTests {
    @Test(arguments: models + layers)
    func isRefusedWithOneLine(_ mistake: Mistake) {
        #expect(complaint(mistake.text) == mistake.line)
    }

    static let models: [Mistake] = [
        .init(
            "a misspelled preset", "data: {source: digits}\nmodel: {preset: mnist_cn}\n",
            "e.yaml:2:17: model.preset: unknown preset \"mnist_cn\" (did you mean \"mnist_cnn\"?)"),
        .init("no model", "data: {source: digits}\n", "e.yaml:1:1: model: the key \"preset\" is missing"),
        .init(
            "no layers", "data: {source: digits}\nmodel: {layers: []}\n",
            "e.yaml:2:17: model.layers: a model needs at least one layer"),
        .init(
            "a preset and layers", "data: {source: digits}\nmodel: {preset: mnist_cnn, layers: [relu]}\n",
            "e.yaml:2:9: model.preset: unknown key \"preset\" for a model given by its layers; there are: layers, initialization, pretrained"
        ),
        .init(
            "a misspelled layer", "data: {source: digits}\nmodel:\n  layers:\n    - relu\n    - flaten\n",
            "e.yaml:5:7: model.layers.1: unknown layer \"flaten\" (did you mean \"flatten\"?)"),
        .init(
            "a misspelled layer with sizes", "data: {source: digits}\nmodel: {layers: [{lineer: {features: 1}}]}\n",
            "e.yaml:2:18: model.layers.0: unknown layer \"lineer\" (did you mean \"linear\"?)"),
        .init(
            "a layer without its sizes", "data: {source: digits}\nmodel: {layers: [linear]}\n",
            "e.yaml:2:18: model.layers.0: linear needs its sizes: {linear: {...}}"),
        .init(
            "a size too few", "data: {source: digits}\nmodel: {layers: [{conv2d: {channels: 4}}]}\n",
            "e.yaml:2:27: model.layers.0.conv2d: the key \"kernel\" is missing for conv2d"),
        .init(
            "sizes for relu", "data: {source: digits}\nmodel: {layers: [{relu: {}}]}\n",
            "e.yaml:2:25: model.layers.0.relu: relu takes no options: write it as a bare word"),
        .init(
            "two layers in one", "data: {source: digits}\nmodel: {layers: [{dropout: 0.1, flatten: 1}]}\n",
            "e.yaml:2:18: model.layers.0: a layer is one word or a mapping of one key, such as {linear: {features: 10}}"
        ),
        .init(
            "dropping all", "data: {source: digits}\nmodel: {layers: [{dropout: 1}]}\n",
            "e.yaml:2:28: model.layers.0.dropout: must be at least 0 and below 1, but is 1"),
        .init(
            "a ReLU on a standardized target",
            "data: {source: housing, scale: standardize, scale_target: true}\n"
                + "model: {preset: regressor, output_relu: true}\n",
            "e.yaml:2:41: model.output_relu: a ReLU never gives the negative values that a standardized target has"),
        .init(
            "an unknown initialization", "data: {source: digits}\nmodel: {preset: mlp, initialization: xavier}\n",
            "e.yaml:2:38: model.initialization: unknown initialization \"xavier\"; there are: pytorch, he"),
        .init(
            "one size for mlp", "data: {source: digits}\nmodel: {preset: mlp, hidden: 64}\n",
            "e.yaml:2:30: model.hidden: expected a list, found \"64\""),
        .init(
            "a bad size for mlp", "data: {source: digits}\nmodel: {preset: mlp, hidden: [64, 0]}\n",
            "e.yaml:2:35: model.hidden.1: must be between 1 and 1000000, but is 0"),
        .init(
            "sizes for resnet18", "data: {source: digits}\nmodel: {preset: resnet18, width: 16}\n",
            "e.yaml:2:27: model.width: unknown key \"width\" for resnet18; there are: preset, initialization, pretrained"
        ),
        .init(
            "a misspelled torchvision net", "data: {source: digits}\nmodel: {preset: resnet18_torchvison}\n",
            "e.yaml:2:17: model.preset: unknown preset \"resnet18_torchvison\" "
                + "(did you mean \"resnet18_torchvision\"?)"),
        .init(
            "too many stages", "data: {source: digits}\nmodel: {preset: resnet, stages: 7}\n",
            "e.yaml:2:33: model.stages: must be between 1 and 6, but is 7"),
        .init(
            "a misspelled depth", "data: {source: digits}\nmodel: {preset: resnet, dept: 2}\n",
            "e.yaml:2:25: model.dept: unknown key \"dept\" for resnet (did you mean \"depth\"?)"),
    ]

    static let layers: [Mistake] = [
        .init(
            "a momentum of batch normalisation", layered("batch_norm: {momentum: 1.5}"),
            "e.yaml:4:30: model.layers.0.batch_norm.momentum: must be at least 0 and at most 1, but is 1.5"),
        .init(
            "an epsilon of nothing", layered("batch_norm: {epsilon: 0}"),
            "e.yaml:4:29: model.layers.0.batch_norm.epsilon: must be above 0 and at most 1, but is 0"),
        .init(
            "a key of PyTorch's", layered("batch_norm: {eps: 1.0e-5}"),
            "e.yaml:4:20: model.layers.0.batch_norm.eps: unknown key \"eps\" for batch_norm "
                + "(called epsilon here)"),
        .init(
            "an epsilon of layer normalisation", layered("layer_norm: {epsilon: 2}"),
            "e.yaml:4:29: model.layers.0.layer_norm.epsilon: must be above 0 and at most 1, but is 2"),
        .init(
            "a single value for layer normalisation", layered("layer_norm: 1.0e-5"),
            "e.yaml:4:19: model.layers.0.layer_norm: expected a mapping, found \"1.0e-5\""),
        .init(
            "a slope for relu", layered("relu: {slope: 0.1}"),
            "e.yaml:4:13: model.layers.0.relu: relu takes no options: write it as a bare word"),
        .init(
            "a negative slope", layered("leaky_relu: {slope: -0.1}"),
            "e.yaml:4:27: model.layers.0.leaky_relu.slope: must be at least 0 and at most 1, but is -0.1"),
        .init(
            "a misspelled bare layer", layered("leaky_rely"),
            "e.yaml:4:7: model.layers.0: unknown layer \"leaky_rely\" (did you mean \"leaky_relu\"?)"),
        .init(
            "a window too large", layered("avg_pool2d: {kernel: 16}"),
            "e.yaml:4:28: model.layers.0.avg_pool2d.kernel: must be between 1 and 15, but is 16"),
        .init(
            "padding of more than half a window", layered("max_pool2d: {kernel: 3, padding: 2}"),
            "e.yaml:4:40: model.layers.0.max_pool2d.padding: must be between 0 and 1, but is 2"),
        .init(
            "dropping all channels", layered("dropout2d: 1"),
            "e.yaml:4:18: model.layers.0.dropout2d: must be at least 0 and below 1, but is 1"),
        .init(
            "dropping by the key's name", layered("dropout2d: {probability: 1}"),
            "e.yaml:4:32: model.layers.0.dropout2d.probability: must be at least 0 and below 1, but is 1"),
        .init(
            "dropout of a list", layered("dropout: [0.5]"),
            "e.yaml:4:16: model.layers.0.dropout: expected a mapping, found a list"),
        .init(
            "a bare residual", layered("residual"),
            "e.yaml:4:7: model.layers.0: residual needs its layers: {residual: {...}}"),
        .init(
            "a bare sequential", layered("sequential"),
            "e.yaml:4:7: model.layers.0: sequential needs its layers: {sequential: [...]}"),
        .init(
            "a residual without a body", layered("residual: {shortcut: []}"),
            "e.yaml:4:17: model.layers.0.residual: the key \"body\" is missing for residual"),
        .init(
            "an empty body", layered("residual: {body: []}"),
            "e.yaml:4:24: model.layers.0.residual.body: the body needs at least one layer"),
        .init(
            "an empty sequential", layered("sequential: []"),
            "e.yaml:4:19: model.layers.0.sequential: sequential needs at least one layer"),
        .init(
            "a sequential of a mapping", layered("sequential: {body: [relu]}"),
            "e.yaml:4:19: model.layers.0.sequential: expected a list, found a mapping"),
        .init(
            "a misspelled shortcut", layered("residual: {body: [relu], shortcurt: []}"),
            "e.yaml:4:32: model.layers.0.residual.shortcurt: unknown key \"shortcurt\" for residual "
                + "(did you mean \"shortcut\"?)"),
        .init(
            "a mistake deep within",
            layered("residual: {body: [relu, {sequential: [gelu, {conv2d: {chanels: 3, kernel: 3}}]}]}"),
            "e.yaml:4:61: model.layers.0.residual.body.1.sequential.1.conv2d.chanels: unknown key \"chanels\" "
                + "for conv2d (did you mean \"channels\"?)"),
        .init(
            "a misspelled layer of a shortcut", layered("residual: {body: [relu], shortcut: [conv2]}"),
            "e.yaml:4:43: model.layers.0.residual.shortcut.0: unknown layer \"conv2\" (did you mean \"conv2d\"?)"),
    ]

    /// A file whose fourth line is `- ` and a layer.
    private static func layered(_ layer: String) -> String {
        "data: {source: digits}\nmodel:\n  layers:\n    - \(layer)\n    - linear: {features: 10}\n"
    }
}
