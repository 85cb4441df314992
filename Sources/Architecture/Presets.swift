extension ModelDescription {
    /// A convolutional network for 28x28 digits, 7.7 million parameters; indices as in `nn.Sequential`.
    ///
    /// - Parameter batchNorm: normalises after each convolution and hidden linear layer, before its ReLU.
    public static func mnistCNN(
        classes: Int = 10, dropout: Double = 0.5, batchNorm: Bool = false
    ) -> ModelDescription {
        let normalized: [Layer] = batchNorm ? [.batchNorm(.init()), .relu] : [.relu]
        let dropped = Layer.dropout(.init(probability: dropout))
        return ModelDescription(
            [.conv2d(.init(inputs: 1, channels: 64, kernel: 3))] + normalized
                + [.maxPool2d(.init(kernel: 2)), .conv2d(.init(inputs: 64, channels: 192, kernel: 3, padding: 1))]
                + normalized + [.maxPool2d(.init(kernel: 2)), dropped, .flatten]
                + [.linear(.init(inputs: 6912, outputs: 1024))] + normalized
                + [dropped, .linear(.init(inputs: 1024, outputs: 512))] + normalized
                + [.linear(.init(inputs: 512, outputs: classes))])
    }

    /// A multi-layer perceptron: linear layers with ReLUs between them, and dropout after each ReLU where it is above
    /// 0. An image is flattened first.
    public static func mlp(outputs: Int, hidden: [Int], dropout: Double = 0) -> ModelDescription {
        let drop: [Layer] = dropout > 0 ? [.dropout(.init(probability: dropout))] : []
        return ModelDescription(
            [.flatten] + hidden.flatMap { [.linear(.init(outputs: $0)), .relu] + drop }
                + [.linear(.init(outputs: outputs))])
    }

    /// A small regressor with one hidden layer.
    ///
    /// - Parameter outputReLU: a ReLU on the output, for targets that are never negative.
    public static func regressor(hidden: Int = 50, dropout: Double = 0.5, outputReLU: Bool = false) -> ModelDescription
    {
        ModelDescription(
            [
                .linear(.init(outputs: hidden)), .relu, .dropout(.init(probability: dropout)),
                .linear(.init(inputs: hidden, outputs: 1)),
            ] + (outputReLU ? [.relu] : []))
    }
}

extension ModelDescription {
    /// ResNet-18 for small images: a 3x3 stem without bias, no pooling after it, two blocks of each of 64, 128, 256
    /// and 512 channels. Names are torchvision's.
    ///
    /// Source: He et al., "Deep residual learning for image recognition", CVPR 2016.
    public static func resNet18(classes: Int = 10) -> ModelDescription {
        resNet(classes: classes, width: 64, blocks: [2, 2, 2, 2])
    }

    /// A small residual net: as ``resNet18(classes:)``, with `width` channels in the first stage, doubled in each
    /// later one, and `depth` blocks in each of `stages` stages.
    public static func resNet(classes: Int, width: Int, depth: Int, stages: Int = 3) -> ModelDescription {
        resNet(classes: classes, width: width, blocks: Array(repeating: depth, count: stages))
    }

    /// torchvision's `resnet18` with its first convolution made a 3x3 one of stride 1 with bias; the max-pooling after
    /// it is kept, and whole channels are dropped with `dropout` before the last layer.
    public static func resNet18Torchvision(classes: Int = 10, dropout: Double = 0.5) -> ModelDescription {
        ModelDescription(
            elements: [
                .init("conv1", .conv2d(.init(channels: 64, kernel: 3, padding: 1))), .init("bn1", .batchNorm(.init())),
                .init("relu", .relu), .init("maxpool", .maxPool2d(.init(kernel: 3, stride: 2, padding: 1))),
            ] + stages(width: 64, blocks: [2, 2, 2, 2]) + [
                .init("avgpool", .globalAvgPool), .init("dropout", .dropout2d(.init(probability: dropout))),
                .init("flatten", .flatten), .init("fc", .linear(.init(outputs: classes))),
            ])
    }

    private static func resNet(classes: Int, width: Int, blocks: [Int]) -> ModelDescription {
        ModelDescription(
            elements: [
                .init("conv1", .conv2d(.init(channels: width, kernel: 3, padding: 1, bias: false))),
                .init("bn1", .batchNorm(.init())), .init("relu", .relu),
            ] + stages(width: width, blocks: blocks) + [
                .init("avgpool", .globalAvgPool), .init("flatten", .flatten),
                .init("fc", .linear(.init(outputs: classes))),
            ])
    }

    /// "layer1", "layer2", ...: each after the first begins with a block of stride 2.
    private static func stages(width: Int, blocks: [Int]) -> [Element] {
        blocks.indices.map { stage in
            let channels = width << stage
            let layers = (0..<blocks[stage]).flatMap { block in
                let stride = stage > 0 && block == 0 ? 2 : 1
                // The sum's ReLU has no weights; its name is not torchvision's, which has one ReLU for both.
                return [
                    Element("\(block)", .residual(basicBlock(channels: channels, stride: stride))),
                    Element("\(block).relu_out", .relu),
                ]
            }
            return Element("layer\(stage + 1)", .sequential(ModelDescription(elements: layers)))
        }
    }

    private static func basicBlock(channels: Int, stride: Int) -> Layer.Residual {
        Layer.Residual(
            body: ModelDescription(elements: [
                .init("conv1", .conv2d(.init(channels: channels, kernel: 3, stride: stride, padding: 1, bias: false))),
                .init("bn1", .batchNorm(.init())), .init("relu", .relu),
                .init("conv2", .conv2d(.init(channels: channels, kernel: 3, padding: 1, bias: false))),
                .init("bn2", .batchNorm(.init())),
            ]),
            shortcut: ModelDescription(
                elements: stride == 1
                    ? []
                    : [
                        .init(
                            "downsample.0",
                            .conv2d(.init(channels: channels, kernel: 1, stride: stride, bias: false))),
                        .init("downsample.1", .batchNorm(.init())),
                    ]))
    }
}
