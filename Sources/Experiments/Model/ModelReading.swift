import Architecture

extension ModelDescription {
    private enum Preset: String, CaseIterable {
        case mnistCNN = "mnist_cnn"
        case regressor
    }

    /// Reads `{preset: NAME, ...}` or `{layers: [...]}`.
    ///
    /// - Parameter standardizedTarget: whether the target has negative values, which a ReLU on the output never gives.
    init(reading section: Section, standardizedTarget: Bool) throws(ExperimentError) {
        guard section.has("layers") else {
            try self.init(readingPreset: section, standardizedTarget: standardizedTarget)
            return
        }
        section.kind = "a model given by its layers"
        let layers = try section.list("layers") { value throws(ExperimentError) in try Layer.read(value) }
        guard !layers.isEmpty else { throw section.error(at: "layers", "a model needs at least one layer") }
        section.note("layers", ConfigNode(.list(layers.map(\.resolved))))
        self.init(layers.map(\.layer))
    }

    private init(readingPreset section: Section, standardizedTarget: Bool) throws(ExperimentError) {
        let preset: Preset = try section.choice("preset")
        section.kind = preset.rawValue
        switch preset {
        case .mnistCNN:
            self = .mnistCNN(dropout: try section.double("dropout", in: .probability, default: 0.5))
        case .regressor:
            let hidden = try section.int("hidden", in: 1...1_000_000, default: 50)
            let dropout = try section.double("dropout", in: .probability, default: 0.5)
            let outputReLU = try section.bool("output_relu", default: false)
            if outputReLU, standardizedTarget {
                throw section.error(
                    at: "output_relu", "a ReLU never gives the negative values that a standardized target has")
            }
            self = .regressor(hidden: hidden, dropout: dropout, outputReLU: outputReLU)
        }
    }
}
