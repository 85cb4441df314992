import Architecture

/// A value of a configuration with the path that leads to it: what a description reads its own type from.
///
/// Every reading method throws an ``ExperimentError`` that says what was expected and what was found.
struct ConfigValue {
    var node: ConfigNode
    let path: ConfigPath
    /// The file's name, for errors.
    let file: String
    /// The one key of a mapping that was written as a single value, and so does not stand in the file.
    var short: String?

    /// The path of a key inside the value.
    func path(of key: String) -> ConfigPath {
        key == short ? path : path.appending(key)
    }

    func error(_ message: String, correction: ExperimentError.Correction? = nil) -> ExperimentError {
        ExperimentError(file: file, place: node.place, path: path, message: message, correction: correction)
    }

    func double(in bounds: Bounds = .any) throws(ExperimentError) -> Double {
        let value: Double
        switch scalar?.value {
        case .int(let int): value = Double(int)
        case .double(let double): value = double
        default: throw mismatch("a number", correction: unambiguousNumber)
        }
        guard bounds.contains(value) else { throw error("must be \(bounds), but is \(scalar?.text ?? "")") }
        return value
    }

    func int(in range: ClosedRange<Int>) throws(ExperimentError) -> Int {
        guard case .int(let value) = scalar?.value else {
            throw mismatch("a whole number", correction: unambiguousNumber)
        }
        guard range.contains(value) else {
            throw error("must be between \(range.lowerBound) and \(range.upperBound), but is \(value)")
        }
        return value
    }

    func bool() throws(ExperimentError) -> Bool {
        guard case .bool(let value) = scalar?.value else {
            throw mismatch("true or false", correction: truth)
        }
        return value
    }

    /// Text of any spelling but an empty one: a column may be called `10`.
    func string() throws(ExperimentError) -> String {
        guard let scalar, scalar.value != .null, !scalar.text.isEmpty else { throw mismatch("a text") }
        return scalar.text
    }

    /// One of the cases of `Choice`.
    ///
    /// - Parameter noun: what is chosen, for the error.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(of noun: String) throws(ExperimentError) -> Choice {
        Choice(rawValue: try choice(of: noun, among: Choice.allCases.map(\.rawValue)))!
    }

    /// One of `names`.
    ///
    /// - Parameter noun: what is chosen, for the error.
    func choice(of noun: String, among names: [String]) throws(ExperimentError) -> String {
        guard case .scalar(let scalar) = node.content, scalar.value != .null else {
            throw mismatch("one of \(names.joined(separator: ", "))")
        }
        guard names.contains(scalar.text) else { throw unknown(noun, scalar.text, among: names) }
        return scalar.text
    }

    func unknown(_ noun: String, _ word: String, among names: [String]) -> ExperimentError {
        let correction =
            FieldNames.word(for: word, among: names).map(ExperimentError.Correction.name)
            ?? Spelling.nearest(to: word, among: names).map(ExperimentError.Correction.spelling)
        let choices = correction == nil ? "; there are: \(names.joined(separator: ", "))" : ""
        return error("unknown \(noun) \"\(word)\"\(choices)", correction: correction)
    }

    /// A duration such as `30s` or `5m`, above zero.
    func duration() throws(ExperimentError) -> Duration {
        guard let scalar, let duration = Duration(spelling: scalar.text), duration > .zero else {
            throw mismatch("a duration above zero, such as 30s or 5m")
        }
        return duration
    }

    /// A number of bytes such as `20GB` or `512MiB`, above zero.
    func byteCount() throws(ExperimentError) -> Int {
        guard let scalar, let count = ByteCountSpelling(scalar.text), count.bytes > 0 else {
            throw mismatch("a number of bytes above zero, such as 500MB, 20GB or 16GiB")
        }
        return count.bytes
    }

    /// The elements of a list; a single value is a list of one.
    func elementsOrSingle() throws(ExperimentError) -> [ConfigValue] {
        if let scalar, scalar.value != .null { return [self] }
        return try elements()
    }

    /// The elements of a list, each with its own path.
    func elements() throws(ExperimentError) -> [ConfigValue] {
        guard case .list(let elements) = node.content else { throw mismatch("a list") }
        return elements.enumerated().map {
            ConfigValue(node: $1, path: path.appending(String($0)), file: file)
        }
    }

    /// The values of a mapping whose names are the user's own, each with its own path.
    ///
    /// - Parameter expected: what the mapping is, for the error.
    func members(
        _ expected: String = "a mapping"
    ) throws(ExperimentError) -> [(name: String, place: Place?, value: ConfigValue)] {
        guard case .mapping(let entries) = node.content else { throw mismatch(expected) }
        return entries.map {
            ($0.key, $0.place, ConfigValue(node: $0.value, path: path.appending($0.key), file: file))
        }
    }

    /// Reads a mapping by its keys; `resolved` is the same mapping with every default filled in.
    func section<Value>(
        _ body: (Section) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> (value: Value, resolved: ConfigNode) {
        let section = try Section(spelledOut)
        let value = try body(section)
        try section.refuseUnknownKeys()
        return (value, section.resolved)
    }

    func mismatch(_ expected: String, correction: ExperimentError.Correction? = nil) -> ExperimentError {
        error("expected \(expected), found \(node.summary)", correction: correction)
    }

    /// The mapping that a single value or a list is short for: `{kind: sgd}` for `sgd`. Anything else is left as it is.
    private var spelledOut: ConfigValue {
        guard let (mapping, key) = ShortForms.spelledOut(node, at: path) else { return self }
        return ConfigValue(node: mapping, path: path, file: file, short: key)
    }

    private var scalar: ConfigScalar? {
        if case .scalar(let scalar) = node.content { scalar } else { nil }
    }

    /// `10` for `010`, which is 8 to YAML 1.1.
    private var unambiguousNumber: ExperimentError.Correction? {
        guard case .string(let text) = scalar?.value, text.utf8.first == UInt8(ascii: "0"),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text).map { .spelling(String($0)) }
    }

    /// `false` for `no`, which is a truth value to YAML 1.1 alone.
    private var truth: ExperimentError.Correction? {
        switch scalar?.text.lowercased() {
        case "yes", "y", "on", "true", "1": .spelling("true")
        case "no", "n", "off", "false", "0", "none": .spelling("false")
        default: nil
        }
    }
}
