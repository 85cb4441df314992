/// A value given over the experiment file's head, on the command line: `optimizer.learning_rate=0.1`.
///
/// The value is YAML, so `train.early_stopping={patience: 5}` sets a whole section. Under `search.parameters` the path
/// of the parameter stays one key: `search.parameters.optimizer.learning_rate.max=0.5`.
package struct Override: Hashable, Sendable {
    /// As it was given.
    package let text: String
    let path: ConfigPath
    let value: String

    /// - Throws: ``ExperimentError`` where `text` is not `a.b=c`.
    package init(_ text: String) throws(ExperimentError) {
        guard let equals = text.firstIndex(of: "="), let path = ConfigPath(String(text[..<equals])) else {
            throw ExperimentError(
                file: "", place: .override("--set \(text)"), message: "expected a dotted path, \"=\" and a value")
        }
        self.text = text
        self.path = Self.joiningParameter(path)
        value = String(text[text.index(after: equals)...])
    }

    func applied(to tree: ConfigNode, file: String) throws(ExperimentError) -> ConfigNode {
        let place = Place.override("--set \(text)")
        let read: ConfigNode?
        do {
            read = try YAMLReader(file: file).read(value)
        } catch {
            throw ExperimentError(file: file, place: place, path: path, message: error.message)
        }
        let node = read ?? ConfigNode(.null)
        return try tree.setting(node.moved(to: place), at: path, file: file)
    }

    private static func joiningParameter(_ path: ConfigPath) -> ConfigPath {
        guard path.components.starts(with: ["search", "parameters"]) else { return path }
        var name = path.components.dropFirst(2)
        var tail: [String] = []
        if let last = name.last, name.count > 1,
            ["min", "max", "scale", "integer", "step", "values", "when"].contains(last)
        {
            tail = [last]
            name = name.dropLast()
        }
        guard !name.isEmpty else { return path }
        return ConfigPath(["search", "parameters", name.joined(separator: ".")] + tail)
    }
}

extension ConfigNode {
    /// The same tree as if all of it were written at `place`.
    func moved(to place: Place?) -> ConfigNode {
        let content: Content =
            switch content {
            case .mapping(let entries):
                .mapping(entries.map { Entry(key: $0.key, place: place, value: $0.value.moved(to: place)) })
            case .list(let elements): .list(elements.map { $0.moved(to: place) })
            case .scalar: content
            }
        return ConfigNode(content, place: place)
    }
}
