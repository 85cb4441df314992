import Yams

/// Reads YAML text into a ``ConfigNode`` tree.
///
/// Scalars are typed by ``ConfigScalar``; anchors, aliases, tags and more than one document are refused, so that what
/// a line says does not depend on other lines.
struct YAMLReader {
    /// The file's name, for errors.
    let file: String

    /// - Returns: nil where the text holds no document.
    /// - Throws: ``ExperimentError`` with the line and column of what is wrong.
    func read(_ text: String) throws(ExperimentError) -> ConfigNode? {
        do {
            // No resolver: Yams' own follows YAML 1.1, with regular expressions. The encoding is given because its
            // default is looked up in the environment.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // A node refers to its anchor weakly; the parser owns the anchors, so it must outlive the walk.
            return try withExtendedLifetime(parser) { try parser.singleRoot().map(convert) }
        } catch let error as ExperimentError {
            throw error
        } catch {
            throw translated(error)
        }
    }

    private func convert(_ node: Node) throws(ExperimentError) -> ConfigNode {
        let place = node.mark.map(place)
        guard node.anchor == nil, node.alias == nil else {
            throw ExperimentError(file: file, place: place, message: "anchors and aliases are not supported")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain
            // Yams gives every quoted scalar the tag of a string.
            if isPlain || scalar.tag.rawValue != Tag.Name.str.rawValue { try refuseTag(scalar.tag, place) }
            return ConfigNode(
                .scalar(isPlain ? ConfigScalar(plain: scalar.string) : ConfigScalar(quoted: scalar.string)),
                place: place)
        case .sequence(let sequence):
            try refuseTag(sequence.tag, place)
            var elements: [ConfigNode] = []
            for element in sequence { elements.append(try convert(element)) }
            return ConfigNode(.list(elements), place: place)
        case .mapping(let mapping):
            try refuseTag(mapping.tag, place)
            var entries: [ConfigNode.Entry] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    throw ExperimentError(file: file, place: key.mark.map(self.place), message: "a key must be a word")
                }
                entries.append(.init(key: name.string, place: name.mark.map(self.place), value: try convert(value)))
            }
            return ConfigNode(.mapping(entries), place: place)
        case .alias:
            throw ExperimentError(file: file, place: place, message: "anchors and aliases are not supported")
        }
    }

    private func refuseTag(_ tag: Tag, _ place: Place?) throws(ExperimentError) {
        guard tag.rawValue.isEmpty else {
            throw ExperimentError(file: file, place: place, message: "YAML tags (\(tag.rawValue)) are not supported")
        }
    }

    private func place(_ mark: Mark) -> Place {
        .file(line: mark.line, column: mark.column)
    }

    /// The parser's error on one line, without the copy of the text that Yams adds.
    private func translated(_ error: any Error) -> ExperimentError {
        func problem(_ context: YamlError.Context?, _ problem: String, _ mark: Mark) -> ExperimentError {
            let context = context.map { "\($0.text), " } ?? ""
            return ExperimentError(file: file, place: place(mark), message: "not valid YAML: \(context)\(problem)")
        }
        switch error as? YamlError {
        case .scanner(let context, let text, let mark, _)?, .parser(let context, let text, let mark, _)?,
            .composer(let context, let text, let mark, _)?:
            return problem(context, text, mark)
        case .duplicatedKeysInMapping(let keys, let context)?:
            let key = keys.first ?? ""
            return ExperimentError(
                file: file, place: place(context.mark), path: ConfigPath([key]),
                message: "this key is given more than once")
        case .reader(let text, _, let value, _)?:
            return ExperimentError(file: file, place: nil, message: "not valid YAML: \(text) (\(value))")
        default:
            return ExperimentError(file: file, place: nil, message: "not valid YAML: \(error)")
        }
    }
}
