import Architecture

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

/// Reading keys as types. Each method notes down what it returns; a key without a default must be there.
extension Section {
    func double(_ key: String, in bounds: Bounds = .any, default: Double? = nil) throws(ExperimentError) -> Double {
        try read(key, default: `default`, as: { .double($0) }) { value throws(ExperimentError) in
            try value.double(in: bounds)
        }
    }

    func int(_ key: String, in range: ClosedRange<Int>, default: Int? = nil) throws(ExperimentError) -> Int {
        try read(key, default: `default`, as: { .int($0) }) { value throws(ExperimentError) in
            try value.int(in: range)
        }
    }

    func bool(_ key: String, default: Bool? = nil) throws(ExperimentError) -> Bool {
        try read(key, default: `default`, as: { .bool($0) }) { value throws(ExperimentError) in
            try value.bool()
        }
    }

    func string(_ key: String, default: String? = nil) throws(ExperimentError) -> String {
        try read(key, default: `default`, as: { .string($0) }) { value throws(ExperimentError) in
            try value.string()
        }
    }

    /// A text that may be missing, and is then left out of the resolved configuration too.
    func optionalString(_ key: String) throws(ExperimentError) -> String? {
        guard optional(key) != nil else { return nil }
        return try string(key)
    }

    func duration(_ key: String, default: Duration? = nil) throws(ExperimentError) -> Duration {
        try read(key, default: `default`, as: { .string($0.spelling) }) { value throws(ExperimentError) in
            try value.duration()
        }
    }

    /// A number of bytes such as `20GB`, or the word `none`, which stands for a missing one too.
    func byteCountUnlessNone(_ key: String) throws(ExperimentError) -> Int? {
        guard let given = optional(key), !given.node.isNone else {
            note(key, ConfigNode(.string("none")))
            return nil
        }
        let bytes = try given.byteCount()
        note(key, ConfigNode(.string(ByteCountSpelling(bytes).text)))
        return bytes
    }

    /// One of the cases of `Choice`, by raw value.
    ///
    /// - Parameter noun: what is chosen, for the error; the key where not given.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, noun: String? = nil, default: Choice? = nil
    ) throws(ExperimentError) -> Choice {
        try read(key, default: `default`, as: { .string($0.rawValue) }) { value throws(ExperimentError) in
            try value.choice(of: noun ?? key)
        }
    }

    /// A mapping inside this one; one that is missing is read as an empty one, so that its defaults are noted.
    func section<Value>(
        _ key: String, _ body: (Section) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> Value {
        let inner = optional(key) ?? empty(key)
        let (value, resolved) = try inner.section(body)
        note(key, resolved)
        return value
    }

    /// A mapping inside this one, or the word `none`, which stands for a missing one too.
    func unlessNone<Value>(
        _ key: String, _ body: (Section) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> Value? {
        guard let given = optional(key), !given.node.isNone else {
            note(key, ConfigNode(.string("none")))
            return nil
        }
        let (value, resolved) = try given.section(body)
        note(key, resolved)
        return value
    }

    /// A number, or the word `none`, which stands for a missing one too.
    func doubleUnlessNone(_ key: String, in bounds: Bounds) throws(ExperimentError) -> Double? {
        if let given = optional(key), !given.node.isNone { return try double(key, in: bounds) }
        note(key, ConfigNode(.string("none")))
        return nil
    }

    /// The elements of a list, read one by one; none where the key is missing. The caller notes down what it made of it.
    func list<Element>(
        _ key: String, _ parse: (ConfigValue) throws(ExperimentError) -> Element
    ) throws(ExperimentError) -> [Element] {
        guard let given = optional(key) else { return [] }
        var elements: [Element] = []
        for value in try given.elements() { elements.append(try parse(value)) }
        return elements
    }

    /// A list of texts; an empty one is left out of the resolved configuration.
    func strings(_ key: String) throws(ExperimentError) -> [String] {
        let values = try list(key) { value throws(ExperimentError) in try value.string() }
        if !values.isEmpty { note(key, ConfigNode(.list(values.map { ConfigNode(.string($0)) }))) }
        return values
    }

    /// A list of whole numbers.
    func ints(_ key: String, in range: ClosedRange<Int>, default: [Int]) throws(ExperimentError) -> [Int] {
        let given = try list(key) { value throws(ExperimentError) in try value.int(in: range) }
        let values = has(key) ? given : `default`
        note(key, ConfigNode(.list(values.map { ConfigNode(.int($0)) })))
        return values
    }

    /// A list of numbers.
    func doubles(_ key: String, in bounds: Bounds) throws(ExperimentError) -> [Double] {
        let values = try list(key) { value throws(ExperimentError) in try value.double(in: bounds) }
        note(key, ConfigNode(.list(values.map { ConfigNode(.double($0)) })))
        return values
    }

    /// What stands for a section that is not there.
    func empty(_ key: String) -> ConfigValue {
        ConfigValue(node: ConfigNode(.mapping([]), place: place), path: path.appending(key), file: file)
    }

    private func read<Value>(
        _ key: String, default: Value?, as scalar: (Value) -> ConfigScalar.Value,
        _ parse: (ConfigValue) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> Value {
        let value: Value
        if let given = optional(key) {
            value = try parse(given)
        } else if let `default` {
            value = `default`
        } else {
            value = try parse(required(key))
        }
        note(key, ConfigNode(scalar(value)))
        return value
    }
}
