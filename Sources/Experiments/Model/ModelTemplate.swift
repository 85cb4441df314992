package import Architecture

/// The `model` section: a model whose number of outputs the data decides.
package struct ModelTemplate: Hashable, Sendable {
    package enum Network: Hashable, Sendable {
        /// As written; the last layer must give what the data asks for.
        case layers([Layer])
        case mlp(hidden: [Int], dropout: Double)
        case mnistCNN(dropout: Double, batchNorm: Bool)
        case regressor(hidden: Int, dropout: Double, outputReLU: Bool)
        case resNet18
        case resNet18Torchvision(dropout: Double)
        case resNet(width: Int, depth: Int, stages: Int)
    }

    package let network: Network
    package let initialization: Initialization

    package init(_ network: Network, initialization: Initialization = .pytorch) {
        self.network = network
        self.initialization = initialization
    }

    /// The model that gives so many numbers for one sample; layers and the regressor give their own.
    package func description(outputs: Int) -> ModelDescription {
        var model: ModelDescription =
            switch network {
            case .layers(let layers): ModelDescription(layers)
            case .mlp(let hidden, let dropout): .mlp(outputs: outputs, hidden: hidden, dropout: dropout)
            case .mnistCNN(let dropout, let batchNorm):
                .mnistCNN(classes: outputs, dropout: dropout, batchNorm: batchNorm)
            case .regressor(let hidden, let dropout, let outputReLU):
                .regressor(hidden: hidden, dropout: dropout, outputReLU: outputReLU)
            case .resNet18: .resNet18(classes: outputs)
            case .resNet18Torchvision(let dropout): .resNet18Torchvision(classes: outputs, dropout: dropout)
            case .resNet(let width, let depth, let stages):
                .resNet(classes: outputs, width: width, depth: depth, stages: stages)
            }
        model.initialization = initialization
        return model
    }
}
