package import Architecture

extension ModelTemplate {
    /// Reads `{preset: NAME, ...}` or `{layers: [...]}`.
    ///
    /// - Parameter standardizedTarget: whether the target has negative values, which a ReLU on the output never gives.
    init(reading section: Section, standardizedTarget: Bool) throws(ExperimentError) {
        let network: Network
        if section.has("layers") {
            section.kind = "a model given by its layers"
            let (layers, resolved) = try Layer.readList(section.required("layers"), of: "a model")
            section.note("layers", resolved)
            network = .layers(layers)
        } else {
            network = try Network(readingPreset: section, standardizedTarget: standardizedTarget)
        }
        self.init(
            network, initialization: try section.choice("initialization", default: .pytorch),
            pretrained: try section.optionalString("pretrained"))
    }
}

extension ModelTemplate.Network {
    private enum Preset: String, CaseIterable {
        case mlp, regressor
        case mnistCNN = "mnist_cnn"
        case resnet, resnet18
        case resnet18Torchvision = "resnet18_torchvision"
    }

    fileprivate init(readingPreset section: Section, standardizedTarget: Bool) throws(ExperimentError) {
        let preset: Preset = try section.choice("preset")
        section.kind = preset.rawValue
        switch preset {
        case .mlp:
            self = .mlp(
                hidden: try section.ints("hidden", in: 1...1_000_000, default: [64]),
                dropout: try section.double("dropout", in: .fraction, default: 0))
        case .mnistCNN:
            self = .mnistCNN(
                dropout: try section.double("dropout", in: .fraction, default: 0.5),
                batchNorm: try section.bool("batch_norm", default: false))
        case .regressor:
            let hidden = try section.int("hidden", in: 1...1_000_000, default: 50)
            let dropout = try section.double("dropout", in: .fraction, default: 0.5)
            let outputReLU = try section.bool("output_relu", default: false)
            if outputReLU, standardizedTarget {
                throw section.error(
                    at: "output_relu", "a ReLU never gives the negative values that a standardized target has")
            }
            self = .regressor(hidden: hidden, dropout: dropout, outputReLU: outputReLU)
        case .resnet18:
            self = .resNet18
        case .resnet18Torchvision:
            self = .resNet18Torchvision(dropout: try section.double("dropout", in: .fraction, default: 0.5))
        case .resnet:
            self = .resNet(
                width: try section.int("width", in: 1...1024, default: 16),
                depth: try section.int("depth", in: 1...64, default: 1),
                stages: try section.int("stages", in: 1...6, default: 3))
        }
    }
}

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
    /// A `best.h5` whose weights the model begins with, as its path stands in the file; nil draws all of them.
    package let pretrained: String?

    package init(_ network: Network, initialization: Initialization = .pytorch, pretrained: String? = nil) {
        self.network = network
        self.initialization = initialization
        self.pretrained = pretrained
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
