extension ModelDescription {
    /// A convolutional network for 28x28 digits, 7.7 million parameters; indices as in `nn.Sequential`.
    public static func mnistCNN(dropout: Double = 0.5) -> ModelDescription {
        ModelDescription([
            .conv2d(.init(inputs: 1, channels: 64, kernel: 3)), .relu, .maxPool2d(.init(kernel: 2)),
            .conv2d(.init(inputs: 64, channels: 192, kernel: 3, padding: 1)), .relu, .maxPool2d(.init(kernel: 2)),
            .dropout(.init(probability: dropout)), .flatten,
            .linear(.init(inputs: 6912, outputs: 1024)), .relu, .dropout(.init(probability: dropout)),
            .linear(.init(inputs: 1024, outputs: 512)), .relu,
            .linear(.init(inputs: 512, outputs: 10)),
        ])
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
