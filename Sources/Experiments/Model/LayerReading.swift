import Architecture

extension Layer {
    /// Reads one element of `layers`: a bare word (`relu`), or a mapping of one key (`{linear: {features: 10}}`).
    static func read(_ value: ConfigValue) throws(ExperimentError) -> (layer: Layer, resolved: ConfigNode) {
        guard case .mapping(let entries) = value.node.content else {
            let kind: LayerKind = try value.choice(of: "layer")
            return try read(kind, bare: value)
        }
        guard let entry = entries.first, entries.count == 1 else {
            throw value.error("a layer is one word or a mapping of one key, such as {linear: {features: 10}}")
        }
        guard let kind = LayerKind(rawValue: entry.key) else {
            let name = ConfigValue(
                node: ConfigNode(.string(entry.key), place: value.node.place), path: value.path, file: value.file)
            throw name.unknown("layer", entry.key, among: LayerKind.allCases.map(\.rawValue))
        }
        let settings = ConfigValue(node: entry.value, path: value.path.appending(entry.key), file: value.file)
        let (layer, resolved) = try read(kind, settings)
        return (layer, ConfigNode([entry.key: resolved]))
    }

    /// Reads a list of layers that has at least one.
    ///
    /// - Parameter owner: what the layers make, for the error.
    static func readList(
        _ value: ConfigValue, of owner: String
    ) throws(ExperimentError) -> (layers: [Layer], resolved: ConfigNode) {
        var layers: [Layer] = []
        var resolved: [ConfigNode] = []
        for element in try value.elements() {
            let (layer, node) = try read(element)
            layers.append(layer)
            resolved.append(node)
        }
        guard !layers.isEmpty else { throw value.error("\(owner) needs at least one layer") }
        return (layers, ConfigNode(.list(resolved)))
    }

    private static func read(
        _ kind: LayerKind, bare value: ConfigValue
    ) throws(ExperimentError) -> (layer: Layer, resolved: ConfigNode) {
        switch kind.form {
        case .word(let layer):
            return (layer, ConfigNode(.string(kind.rawValue)))
        case .options:
            let empty = ConfigNode(.mapping([]), place: value.node.place)
            let (layer, resolved) = try read(kind, ConfigValue(node: empty, path: value.path, file: value.file))
            return (layer, ConfigNode([kind.rawValue: resolved]))
        case .sizes:
            let noun = kind == .residual ? "layers" : "sizes"
            throw value.error("\(kind.rawValue) needs its \(noun): {\(kind.rawValue): {...}}")
        case .layers:
            throw value.error("\(kind.rawValue) needs its layers: {\(kind.rawValue): [...]}")
        }
    }

    private static func read(
        _ kind: LayerKind, _ settings: ConfigValue
    ) throws(ExperimentError) -> (value: Layer, resolved: ConfigNode) {
        switch kind.form {
        case .word:
            throw settings.error("\(kind.rawValue) takes no options: write it as a bare word")
        case .options(let read), .sizes(let read):
            return try self.read(kind, settings, read)
        case .layers:
            let (layers, resolved) = try readList(settings, of: kind.rawValue)
            return (.sequential(ModelDescription(layers)), resolved)
        }
    }

    private static func read(
        _ kind: LayerKind, _ mapping: ConfigValue, _ read: (Section) throws(ExperimentError) -> Layer
    ) throws(ExperimentError) -> (value: Layer, resolved: ConfigNode) {
        try mapping.section { section throws(ExperimentError) in
            section.kind = kind.rawValue
            return try read(section)
        }
    }
}
