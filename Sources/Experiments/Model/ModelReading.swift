import Architecture

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
        self.init(network, initialization: try section.choice("initialization", default: .pytorch))
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
