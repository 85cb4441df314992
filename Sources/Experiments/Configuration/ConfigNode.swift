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
