import Architecture

extension Layer {
    /// Reads one element of `layers`: a bare word (`relu`), or a mapping of one key (`{linear: {features: 10}}`).
    static func read(_ value: ConfigValue) throws(ExperimentError) -> (layer: Layer, resolved: ConfigNode) {
        guard case .mapping(let entries) = value.node.content else {
            return try read(bare: value)
        }
        guard let entry = entries.first, entries.count == 1 else {
            throw value.error("a layer is one word or a mapping of one key, such as {linear: {features: 10}}")
        }
        guard names.contains(entry.key) else {
            let name = ConfigValue(
                node: ConfigNode(.string(entry.key), place: value.node.place), path: value.path, file: value.file)
            throw name.unknown("layer", entry.key, among: names)
        }
        let settings = ConfigValue(node: entry.value, path: value.path.appending(entry.key), file: value.file)
        let (layer, resolved) = try read(entry.key, settings)
        return (layer, ConfigNode([entry.key: resolved]))
    }

    /// Reads a list of layers that has at least one.
    ///
    /// - Parameter owner: what the layers make, for the error.
    static func readList(
        _ value: ConfigValue, of owner: String
    ) throws(ExperimentError) -> (layers: [Layer], resolved: ConfigNode) {
        let (layers, resolved) = try readList(value)
        guard !layers.isEmpty else { throw value.error("\(owner) needs at least one layer") }
        return (layers, resolved)
    }

    private static func readList(
        _ value: ConfigValue?
    ) throws(ExperimentError) -> (layers: [Layer], resolved: ConfigNode) {
        var layers: [Layer] = []
        var resolved: [ConfigNode] = []
        for element in try value?.elements() ?? [] {
            let (layer, node) = try read(element)
            layers.append(layer)
            resolved.append(node)
        }
        return (layers, ConfigNode(.list(resolved)))
    }

    /// A bare word stands for a layer whose settings, if it has any, all have a default.
    private static func read(
        bare value: ConfigValue
    ) throws(ExperimentError) -> (layer: Layer, resolved: ConfigNode) {
        let name = try value.choice(of: "layer", among: names)
        switch Composite(rawValue: name) {
        case .residual: throw value.error("\(name) needs its layers: {\(name): {...}}")
        case .sequential: throw value.error("\(name) needs its layers: {\(name): [...]}")
        case nil: break
        }
        guard let kind = kind(named: name), !kind.settings.contains(where: \.isRequired) else {
            throw value.error("\(name) needs its sizes: {\(name): {...}}")
        }
        guard !kind.settings.isEmpty else { return (Layer(kind), ConfigNode(.string(name))) }
        let empty = ConfigNode(.mapping([]), place: value.node.place)
        let (layer, resolved) = try read(kind, ConfigValue(node: empty, path: value.path, file: value.file))
        return (layer, ConfigNode([name: resolved]))
    }

    /// Reads what stands behind a layer's word.
    private static func read(
        _ name: String, _ settings: ConfigValue
    ) throws(ExperimentError) -> (layer: Layer, resolved: ConfigNode) {
        if let kind = kind(named: name) {
            guard !kind.settings.isEmpty else {
                throw settings.error("\(name) takes no options: write it as a bare word")
            }
            return try read(kind, settings)
        }
        guard name == Composite.residual.rawValue else {
            let (layers, resolved) = try readList(settings, of: name)
            return (.sequential(ModelDescription(layers)), resolved)
        }
        let (layer, resolved) = try settings.section { section throws(ExperimentError) in
            section.kind = name
            return Layer.residual(try Residual(reading: section))
        }
        return (layer, resolved)
    }

    private static func read(
        _ kind: any LayerKind, _ settings: ConfigValue
    ) throws(ExperimentError) -> (layer: Layer, resolved: ConfigNode) {
        let (layer, resolved) = try settings.section { section throws(ExperimentError) in
            var kind = kind
            section.kind = kind.name
            try kind.visitSettings(SettingReader(section: section))
            return Layer(kind)
        }
        return (layer, resolved)
    }
}

extension Layer.Residual {
    /// A shortcut that is missing or empty is the identity.
    fileprivate init(reading section: Section) throws(ExperimentError) {
        let (body, resolvedBody) = try Layer.readList(section.required("body"), of: "the body")
        section.note("body", resolvedBody)
        let (shortcut, resolvedShortcut) = try Layer.readList(section.optional("shortcut"))
        section.note("shortcut", resolvedShortcut)
        self.init(body: body, shortcut: shortcut)
    }
}

/// Reads a layer's settings from a section of the file.
private struct SettingReader: SettingVisitor {
    let section: Section

    func visit(
        _ key: String, _ value: inout Int, in range: ClosedRange<Int>, default: Int?
    ) throws(ExperimentError) {
        value = try section.int(key, in: range, default: `default`)
    }

    func visit(_ key: String, _ value: inout Double, in bounds: Bounds, default: Double?) throws(ExperimentError) {
        value = try section.double(key, in: bounds, default: `default`)
    }

    func visit(_ key: String, _ value: inout Bool, default: Bool?) throws(ExperimentError) {
        value = try section.bool(key, default: `default`)
    }
}
