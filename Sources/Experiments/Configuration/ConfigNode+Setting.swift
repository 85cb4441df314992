extension ConfigNode {
    /// The same tree with `value` at `path`; mappings that are missing on the way, or `none`, are made.
    ///
    /// - Throws: ``ExperimentError`` where a single value or the end of a list is in the way.
    func setting(_ value: ConfigNode, at path: ConfigPath, file: String) throws(ExperimentError) -> ConfigNode {
        try setting(value, at: path.components[...], of: path, file: file)
    }

    private func setting(
        _ value: ConfigNode, at rest: ArraySlice<String>, of path: ConfigPath, file: String
    ) throws(ExperimentError) -> ConfigNode {
        guard let component = rest.first else { return value }
        let inner = rest.dropFirst()
        let done = ConfigPath(Array(path.components.dropLast(rest.count)))
        var result = self
        if let (mapping, _) = spelledOut(at: done, for: component) {
            return try mapping.setting(value, at: rest, of: path, file: file)
        }
        switch content {
        case .mapping(var entries):
            if let index = entries.firstIndex(where: { $0.key == component }) {
                entries[index].value = try entries[index].value.setting(value, at: inner, of: path, file: file)
            } else {
                let made = try ConfigNode(.mapping([]), place: value.place)
                    .setting(value, at: inner, of: path, file: file)
                entries.append(Entry(key: component, place: value.place, value: made))
            }
            result.content = .mapping(entries)
        case .list(var elements):
            guard let index = Int(component), elements.indices.contains(index) else {
                throw ExperimentError(
                    file: file, place: value.place, path: path,
                    message: "\"\(component)\" is no position in a list of \(elements.count) (they count from 0)")
            }
            elements[index] = try elements[index].setting(value, at: inner, of: path, file: file)
            result.content = .list(elements)
        case .scalar where isNull || isNone:
            result = try ConfigNode(.mapping([]), place: place).setting(value, at: rest, of: path, file: file)
        case .scalar:
            throw ExperimentError(
                file: file, place: value.place, path: path,
                message: "there is no \"\(component)\" inside the single value \(summary)")
        }
        return result
    }

    /// The mapping that this node is short for, where `component` is a key of that: a layer's bare word among them.
    private func spelledOut(at path: ConfigPath, for component: String) -> (node: ConfigNode, key: String)? {
        switch content {
        case .mapping:
            return nil
        case .list:
            return Int(component) == nil ? ShortForms.spelledOut(self, at: path) : nil
        case .scalar where isNull || isNone:
            return nil
        case .scalar(let scalar):
            let isLayer = path.components.starts(with: ["model", "layers"]) && Int(path.components.last ?? "") != nil
            if isLayer, scalar.text == component {
                return (ConfigNode([component: ConfigNode(.mapping([]), place: place)]), component)
            }
            return ShortForms.spelledOut(self, at: path)
        }
    }
}
