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
