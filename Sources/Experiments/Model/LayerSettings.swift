import Architecture

extension Layer.Linear {
    init(reading section: Section) throws(ExperimentError) {
        self.init(
            outputs: try section.int("features", in: 1...1_000_000),
            bias: try section.bool("bias", default: true))
    }
}

extension Layer.Conv2d {
    init(reading section: Section) throws(ExperimentError) {
        self.init(
            channels: try section.int("channels", in: 1...65_536),
            kernel: try section.int("kernel", in: 1...1024),
            stride: try section.int("stride", in: 1...1024, default: 1),
            padding: try section.int("padding", in: 0...1024, default: 0),
            bias: try section.bool("bias", default: true))
    }
}

extension Layer.BatchNorm {
    init(reading section: Section) throws(ExperimentError) {
        self.init(
            momentum: try section.double("momentum", in: .atLeast(0).atMost(1), default: 0.1),
            epsilon: try section.double("epsilon", in: .above(0).atMost(1), default: 1e-5))
    }
}

extension Layer.LeakyReLU {
    init(reading section: Section) throws(ExperimentError) {
        self.init(slope: try section.double("slope", in: .atLeast(0).atMost(1), default: 0.01))
    }
}

extension Layer.Pool2d {
    init(reading section: Section) throws(ExperimentError) {
        let kernel = try section.int("kernel", in: 1...15)
        self.init(
            kernel: kernel,
            stride: try section.int("stride", in: 1...1024, default: kernel),
            padding: try section.int("padding", in: 0...kernel / 2, default: 0))
    }
}

extension Layer.Dropout {
    init(reading section: Section) throws(ExperimentError) {
        self.init(probability: try section.double("probability", in: .probability))
    }
}

extension Layer.Residual {
    /// A shortcut that is missing or empty is the identity.
    init(reading section: Section) throws(ExperimentError) {
        let (body, resolved) = try Layer.readList(section.required("body"), of: "the body")
        section.note("body", resolved)
        var shortcut: [Layer] = []
        var nodes: [ConfigNode] = []
        for value in try section.optional("shortcut")?.elements() ?? [] {
            let (layer, node) = try Layer.read(value)
            shortcut.append(layer)
            nodes.append(node)
        }
        section.note("shortcut", ConfigNode(.list(nodes)))
        self.init(body: body, shortcut: shortcut)
    }
}

extension Bounds {
    /// A dropout's: 1 would leave nothing to scale up.
    static let probability = Bounds.atLeast(0).below(1)
}
