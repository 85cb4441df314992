/// A configuration as a tree: mappings in the order they were written, lists, and scalars, each with its place.
struct ConfigNode: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case mapping([Entry])
        case list([ConfigNode])
        case scalar(ConfigScalar)
    }

    struct Entry: Hashable, Sendable {
        var key: String
        /// Where the key was written.
        var place: Place?
        var value: ConfigNode
    }

    var content: Content
    /// Missing in trees that the program made itself.
    var place: Place?

    init(_ content: Content, place: Place? = nil) {
        self.content = content
        self.place = place
    }

    init(_ value: ConfigScalar.Value, place: Place? = nil) {
        self.init(.scalar(ConfigScalar(value)), place: place)
    }

    /// A mapping of the program's own.
    init(_ pairs: KeyValuePairs<String, ConfigNode>) {
        self.init(.mapping(pairs.map { Entry(key: $0, place: nil, value: $1) }))
    }

    var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.value == .null } else { false }
    }

    /// Whether it is the word `none`, which stands for a section that is not there.
    var isNone: Bool {
        if case .scalar(let scalar) = content { scalar.text == "none" } else { false }
    }

    /// How an error message calls it.
    var summary: String {
        switch content {
        case .mapping: "a mapping"
        case .list: "a list"
        case .scalar(let scalar): scalar.value == .null ? "nothing" : "\"\(scalar.text)\""
        }
    }

    /// The node at `path`, if there is one.
    func node(at path: ConfigPath) -> ConfigNode? {
        var node = self
        for component in path.components {
            guard let child = node.child(component) else { return nil }
            node = child
        }
        return node
    }

    /// The value of a key, or the element at a position.
    func child(_ component: String) -> ConfigNode? {
        switch content {
        case .mapping(let entries):
            return entries.first { $0.key == component }?.value
        case .list(let elements):
            guard let index = Int(component), elements.indices.contains(index) else { return nil }
            return elements[index]
        case .scalar:
            return nil
        }
    }

    /// The same tree without the key at `path`, where there is one.
    func removing(_ path: ConfigPath) -> ConfigNode {
        guard let key = path.components.first else { return self }
        let rest = ConfigPath(Array(path.components.dropFirst()))
        guard !rest.components.isEmpty else { return removing(key) }
        var result = self
        switch content {
        case .mapping(var entries):
            for index in entries.indices where entries[index].key == key {
                entries[index].value = entries[index].value.removing(rest)
            }
            result.content = .mapping(entries)
        case .list(var elements):
            guard let index = Int(key), elements.indices.contains(index) else { return self }
            elements[index] = elements[index].removing(rest)
            result.content = .list(elements)
        case .scalar:
            break
        }
        return result
    }

    /// The same mapping without `key`.
    func removing(_ key: String) -> ConfigNode {
        guard case .mapping(let entries) = content else { return self }
        return ConfigNode(.mapping(entries.filter { $0.key != key }), place: place)
    }
}

extension ConfigNode {
    /// A resolved configuration without the defaults that searched values change: those of another optimizer, or a
    /// stride that follows its kernel. Whoever reads it fills them in for each trial, as the file as written does.
    ///
    /// - Parameters:
    ///   - written: what the file itself says here; nil where all are defaults.
    ///   - others: the same place with each searched value tried.
    ///   - isKept: whether a default stays though others differ: one that every trial sets anew.
    func keepingSettledDefaults(
        written: ConfigNode?, others: [ConfigNode?], path: ConfigPath = ConfigPath([]),
        isKept: (ConfigPath) -> Bool
    ) -> ConfigNode {
        let written = written.map { ShortForms.spelledOut($0, at: path)?.node ?? $0 }
        switch (content, written?.content) {
        case (.mapping, .scalar) where written?.isNull == false:
            // Short for a mapping.
            return others.allSatisfy { $0 == self } ? self : written ?? self
        case (.mapping(let entries), _):
            let kept = entries.compactMap { entry -> Entry? in
                var entry = entry
                let given = written?.child(entry.key)
                let inner = others.map { $0?.child(entry.key) }
                let path = path.appending(entry.key)
                if given == nil {
                    guard !isKept(path) else { return entry }
                    guard inner.allSatisfy({ $0 != nil }) else { return nil }
                    guard case .mapping = entry.value.content else {
                        return inner.allSatisfy { $0 == entry.value } ? entry : nil
                    }
                }
                entry.value = entry.value.keepingSettledDefaults(
                    written: given, others: inner, path: path, isKept: isKept)
                return entry
            }
            return ConfigNode(.mapping(kept), place: place)
        case (.list(let elements), .list(let writtenElements)) where elements.count == writtenElements.count:
            return ConfigNode(
                .list(
                    elements.indices.map { index in
                        elements[index].keepingSettledDefaults(
                            written: writtenElements[index], others: others.map { $0?.child(String(index)) },
                            path: path.appending(String(index)), isKept: isKept)
                    }), place: place)
        default:
            return self
        }
    }
}

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

/// The way to a value in a configuration: `optimizer.learning_rate`, or `model.layers.2.dropout`, where a number is a
/// position in a list, from 0.
struct ConfigPath: Hashable, Sendable, CustomStringConvertible {
    var components: [String]

    init(_ components: [String]) {
        self.components = components
    }

    /// - Returns: nil for an empty path or one with an empty component, such as `a..b`.
    init?(_ text: String) {
        components = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard components.allSatisfy({ !$0.isEmpty }) else { return nil }
    }

    func appending(_ component: String) -> ConfigPath {
        ConfigPath(components + [component])
    }

    var description: String { components.joined(separator: ".") }
}

/// Where a value was written.
package enum Place: Hashable, Sendable {
    /// In the experiment file; both count from 1.
    case file(line: Int, column: Int)
    /// In an override, given as it was typed: `--set optimizer.learning_rate=0.1`.
    case override(String)
}
