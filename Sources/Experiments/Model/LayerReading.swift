import Architecture

extension Layer {
    fileprivate enum Kind: String, CaseIterable {
        case linear, conv2d, relu, flatten, dropout
        case maxPool2d = "max_pool2d"
    }

    /// Reads one element of `layers`: a bare word (`relu`), or a mapping of one key (`{linear: {features: 10}}`).
    static func read(_ value: ConfigValue) throws(ExperimentError) -> (layer: Layer, resolved: ConfigNode) {
        guard case .mapping(let entries) = value.node.content else {
            let kind: Kind = try value.choice(of: "layer")
            switch kind {
            case .relu: return (.relu, ConfigNode(.string(kind.rawValue)))
            case .flatten: return (.flatten, ConfigNode(.string(kind.rawValue)))
            default: throw value.error("\(kind.rawValue) needs its sizes: {\(kind.rawValue): {...}}")
            }
        }
        guard let entry = entries.first, entries.count == 1 else {
            throw value.error("a layer is one word or a mapping of one key, such as {linear: {features: 10}}")
        }
        guard let kind = Kind(rawValue: entry.key) else {
            throw value.unknown("layer", entry.key, among: Kind.allCases.map(\.rawValue))
        }
        let options = ConfigValue(node: entry.value, path: value.path.appending(entry.key), file: value.file)
        let (layer, resolved) = try kind.read(options)
        return (layer, ConfigNode(.mapping([.init(key: entry.key, place: nil, value: resolved)])))
    }
}

extension Layer.Kind {
    fileprivate func read(_ value: ConfigValue) throws(ExperimentError) -> (value: Layer, resolved: ConfigNode) {
        switch self {
        case .relu, .flatten:
            throw value.error("\(rawValue) takes no options: write it as a bare word")
        case .dropout:
            return try Layer.Dropout.read(value)
        case .linear, .conv2d, .maxPool2d:
            return try value.section { section throws(ExperimentError) in
                section.kind = rawValue
                return switch self {
                case .linear: .linear(try Layer.Linear(reading: section))
                case .conv2d: .conv2d(try Layer.Conv2d(reading: section))
                default: .maxPool2d(try Layer.MaxPool2d(reading: section))
                }
            }
        }
    }
}

extension Layer.Linear {
    fileprivate init(reading section: Section) throws(ExperimentError) {
        self.init(
            outputs: try section.int("features", in: 1...1_000_000),
            bias: try section.bool("bias", default: true))
    }
}

extension Layer.Conv2d {
    fileprivate init(reading section: Section) throws(ExperimentError) {
        self.init(
            channels: try section.int("channels", in: 1...65_536),
            kernel: try section.int("kernel", in: 1...1024),
            stride: try section.int("stride", in: 1...1024, default: 1),
            padding: try section.int("padding", in: 0...1024, default: 0),
            bias: try section.bool("bias", default: true))
    }
}

extension Layer.MaxPool2d {
    fileprivate init(reading section: Section) throws(ExperimentError) {
        let kernel = try section.int("kernel", in: 1...1024)
        self.init(kernel: kernel, stride: try section.int("stride", in: 1...1024, default: kernel))
    }
}

extension Layer.Dropout {
    /// `dropout: 0.5`, or `dropout: {probability: 0.5}`.
    fileprivate static func read(_ value: ConfigValue) throws(ExperimentError) -> (value: Layer, resolved: ConfigNode) {
        if case .scalar(let scalar) = value.node.content, scalar.value != .null {
            let probability = try value.double(in: .probability)
            let resolved = ConfigNode(["probability": ConfigNode(.double(probability))])
            return (.dropout(.init(probability: probability)), resolved)
        }
        return try value.section { section throws(ExperimentError) in
            .dropout(.init(probability: try section.double("probability", in: .probability)))
        }
    }
}

extension Bounds {
    /// A dropout's: 1 would leave nothing to scale up.
    static let probability = Bounds.atLeast(0).below(1)
}
