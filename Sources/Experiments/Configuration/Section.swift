/// A mapping of a configuration while its keys are read.
///
/// A section remembers which keys were asked for, so that the others are errors, and notes down every value it gave
/// out, defaults included, so that the resolved configuration is what was really used.
final class Section {
    var path: ConfigPath { value.path }
    var file: String { value.file }
    var place: Place? { value.node.place }
    /// Which of several kinds the section has turned out to be ("sgd"), for the error of a key that it does not take.
    var kind: String?

    private let value: ConfigValue
    private let entries: [ConfigNode.Entry]
    private var known: [String] = []
    private var notes: [ConfigNode.Entry] = []

    /// - Throws: ``ExperimentError`` where `value` is neither a mapping nor empty.
    init(_ value: ConfigValue) throws(ExperimentError) {
        self.value = value
        switch value.node.content {
        case .mapping(let entries): self.entries = entries
        case .scalar where value.node.isNull: entries = []
        default: throw value.mismatch("a mapping")
        }
    }

    /// The section as it was read, with every default filled in.
    var resolved: ConfigNode { ConfigNode(.mapping(notes)) }

    /// Whether the key is there, whatever its value.
    func has(_ key: String) -> Bool {
        entries.contains { $0.key == key }
    }

    /// The key's value as it stands, or nil, without counting as read.
    func peek(_ key: String) -> ConfigValue? {
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        return ConfigValue(node: entry.value, path: value.path(of: key), file: file)
    }

    /// The key's value as it stands, or nil. The caller notes down what it made of it.
    func optional(_ key: String) -> ConfigValue? {
        if !known.contains(key) { known.append(key) }
        return peek(key)
    }

    /// The key's value as it stands. The caller notes down what it made of it.
    ///
    /// - Throws: ``ExperimentError`` where it is missing.
    func required(_ key: String) throws(ExperimentError) -> ConfigValue {
        guard let value = optional(key) else { throw missing(key) }
        return value
    }

    /// Notes what a key came to, for ``resolved``; a later note replaces an earlier one.
    func note(_ key: String, _ node: ConfigNode) {
        if let index = notes.firstIndex(where: { $0.key == key }) {
            notes[index].value = node
        } else {
            notes.append(.init(key: key, place: nil, value: node))
        }
    }

    /// An error about the section as a whole.
    func error(_ message: String) -> ExperimentError {
        value.error(message)
    }

    /// An error about a key's value, or about the section where the key is not there.
    func error(at key: String, _ message: String) -> ExperimentError {
        guard let value = peek(key) else { return error(message) }
        return value.error(message)
    }

    /// - Throws: ``ExperimentError`` for the first key that nothing asked for.
    func refuseUnknownKeys() throws(ExperimentError) {
        guard let entry = entries.first(where: { !known.contains($0.key) }) else { return }
        throw unknown(entry, among: known)
    }

    private func unknown(_ entry: ConfigNode.Entry, among names: [String]) -> ExperimentError {
        let correction = correction(of: entry.key, among: names)
        let owner = kind.map { " for \($0)" } ?? ""
        let more: String =
            if let needless = FieldNames.reasonToLeaveOut(entry.key), correction == nil {
                ": leave it out, \(needless)"
            } else if let word = correction?.word, has(word) {
                "; \"\(word)\" stands here already"
            } else if correction == nil {
                "; there are: \(names.joined(separator: ", "))"
            } else {
                ""
            }
        return ExperimentError(
            file: file, place: entry.place, path: path.appending(entry.key),
            message: "unknown key \"\(entry.key)\"\(owner)\(more)", correction: correction, kind: .unknownKey)
    }

    /// A name that the key has here comes before a likely misspelling, and that before a key of another section.
    private func correction(of key: String, among names: [String]) -> ExperimentError.Correction? {
        if let name = FieldNames.key(for: key, among: names) { return .name(name) }
        if let path = FieldNames.path(ofKey: key, from: path) { return .name(path) }
        if let nearest = nearest(to: key, among: names) { return .spelling(nearest) }
        return FieldNames.path(for: key, from: path).map { .name($0) }
    }

    /// A key that is not there comes before one as near that is.
    private func nearest(to key: String, among names: [String]) -> String? {
        guard let nearest = Spelling.nearest(to: key, among: names) else { return nil }
        guard let other = Spelling.nearest(to: key, among: names.filter { !has($0) }) else { return nearest }
        return Spelling.distance(key, other) <= Spelling.distance(key, nearest) ? other : nearest
    }

    /// Whether one of the section's keys is what other programs call `key`.
    func hasOtherName(of key: String) -> Bool {
        entries.contains { FieldNames.key(for: $0.key, among: [key]) != nil }
    }

    private func missing(_ key: String) -> ExperimentError {
        let misspelled = entries.first { entry in
            !known.contains(entry.key)
                && (FieldNames.key(for: entry.key, among: [key]) != nil
                    || Spelling.nearest(to: entry.key, among: [key]) != nil)
        }
        if let misspelled { return unknown(misspelled, among: [key]) }
        return ExperimentError(
            file: file, place: place, path: path,
            message: "the key \"\(key)\" is missing\(kind.map { " for \($0)" } ?? "")", kind: .missingKey(key))
    }

    /// An error that says what a key that is not there has to say, or how it is misspelled.
    func error(withoutKey key: String, _ message: String) -> ExperimentError {
        let missing = missing(key)
        guard missing.kind == .missingKey(key) else { return missing }
        return ExperimentError(file: file, place: place, path: path, message: message, kind: .missingKey(key))
    }
}
