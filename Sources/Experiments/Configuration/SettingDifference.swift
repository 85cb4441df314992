/// A key in which two experiments differ.
package struct SettingDifference: Hashable, Sendable {
    /// `optimizer.learning_rate`, or `model.layers.2.dropout`.
    package let path: String
    /// As an experiment file spells it; nil where the key is not there.
    package let old: String?
    package let new: String?

    /// Compares two identities (``ExperimentFile/identity``) key by key, in the order of the first.
    ///
    /// - Returns: nothing where either is no YAML mapping.
    package static func between(_ old: String, _ new: String) -> [SettingDifference] {
        guard let old = try? YAMLReader(file: "").read(old), let new = try? YAMLReader(file: "").read(new) else {
            return []
        }
        return between(old, new, at: ConfigPath([]))
    }

    private static func between(_ old: ConfigNode?, _ new: ConfigNode?, at path: ConfigPath) -> [SettingDifference] {
        switch (old?.content, new?.content) {
        case (.mapping(let before)?, .mapping(let after)?):
            let keys = before.map(\.key) + after.map(\.key).filter { key in !before.contains { $0.key == key } }
            return keys.flatMap { between(old?.child($0), new?.child($0), at: path.appending($0)) }
        case (.list(let before)?, .list(let after)?) where before.count == after.count:
            return before.indices.flatMap { between(before[$0], after[$0], at: path.appending(String($0))) }
        default:
            let words = (old.map(text), new.map(text))
            guard words.0 != words.1 else { return [] }
            return [SettingDifference(path: path.description, old: words.0.map(line), new: words.1.map(line))]
        }
    }

    /// Short enough to stand in a line with others.
    private static func line(_ text: String) -> String {
        let text = text.contains(where: \.isNewline) ? text.debugDescription : text
        return text.count <= 80 ? text : text.prefix(77) + "..."
    }

    private static func text(_ node: ConfigNode) -> String {
        switch node.content {
        case .scalar(let scalar): scalar.value == .null ? "none" : scalar.text
        case .list(let elements): "[\(elements.map(text).joined(separator: ", "))]"
        case .mapping(let entries): "{\(entries.map { "\($0.key): \(text($0.value))" }.joined(separator: ", "))}"
        }
    }
}
