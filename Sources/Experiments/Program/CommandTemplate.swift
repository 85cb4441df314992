/// A command as a list of words, some of which stand for what a trial is given: no shell reads it.
///
/// `${args}` becomes `--name=value` for each parameter, `${overrides}` `name=value`, both as words of their own. Within a
/// word, `${NAME}` is the parameter's value, and `${seed}`, `${trial}`, `${attempt}`, `${epochs}` and `${checkpoint}`
/// what they say; a word about a parameter that takes no part in the trial is left out. `$${` is a plain `${`.
package struct CommandTemplate: Hashable, Sendable {
    enum Word: Hashable, Sendable {
        case arguments
        case overrides
        case parts([Part])
    }

    enum Part: Hashable, Sendable {
        case text(String)
        case field(Field)
        case parameter(String)
    }

    /// What every trial has.
    enum Field: String, Hashable, Sendable, CaseIterable {
        case seed, trial, attempt, epochs, checkpoint
    }

    /// How `${args}` spells a parameter that is true or false.
    package enum Booleans: String, Hashable, Sendable, CaseIterable {
        /// `--name=true`, `--name=false`.
        case values
        /// `--name`, or nothing.
        case flags
    }

    let words: [Word]
    let booleans: Booleans

    /// The program's name, as it was written.
    package var description: String {
        guard case .parts(let parts) = words.first else { return "" }
        return parts.map { if case .text(let text) = $0 { text } else { "..." } }.joined()
    }

    /// The words that are written out, without placeholders.
    package var plainWords: [String] {
        words.compactMap { word in
            guard case .parts(let parts) = word, parts.count == 1, case .text(let text) = parts[0] else { return nil }
            return text
        }
    }

    /// What the placeholders stand for.
    package struct Values: Sendable {
        package var parameters: Assignment
        package var seed: UInt64
        package var trial: Int
        package var attempt: Int
        /// Nil where the program alone knows.
        package var epochs: Int?
        /// The folder that outlives attempts.
        package var checkpoint: String

        package init(
            parameters: Assignment, seed: UInt64, trial: Int, attempt: Int, epochs: Int?, checkpoint: String
        ) {
            self.parameters = parameters
            self.seed = seed
            self.trial = trial
            self.attempt = attempt
            self.epochs = epochs
            self.checkpoint = checkpoint
        }
    }

    /// The words of one attempt's command.
    package func words(_ values: Values) -> [String] {
        words.flatMap { word -> [String] in
            switch word {
            case .arguments: values.parameters.elements.flatMap(argument)
            case .overrides: values.parameters.elements.map { "\($0.path)=\($0.value)" }
            // Nothing is said about a parameter that takes no part.
            case .parts(let parts) where parts.contains { isMissing($0, in: values) }: []
            case .parts(let parts): [parts.map { text(of: $0, values) }.joined()]
            }
        }
    }

    private func isMissing(_ part: Part, in values: Values) -> Bool {
        if case .parameter(let name) = part { values.parameters[name] == nil } else { false }
    }

    private func argument(_ element: Assignment.Element) -> [String] {
        if booleans == .flags, case .bool(let isTrue) = element.value { return isTrue ? ["--\(element.path)"] : [] }
        return ["--\(element.path)=\(element.value)"]
    }

    private func text(of part: Part, _ values: Values) -> String {
        switch part {
        case .text(let text): text
        case .parameter(let name): values.parameters[name]?.description ?? ""
        case .field(.seed): String(values.seed)
        case .field(.trial): String(values.trial)
        case .field(.attempt): String(values.attempt)
        case .field(.epochs): values.epochs.map(String.init) ?? ""
        case .field(.checkpoint): values.checkpoint
        }
    }
}

extension CommandTemplate {
    /// Reads the keys `command` and `booleans`.
    ///
    /// - Parameter parameters: the names that a search gives values to.
    init(reading section: Section, parameters: [String]) throws(ExperimentError) {
        let value = try section.required("command")
        guard case .list = value.node.content else {
            throw value.error("must be a list of words, such as [python, train.py, \"${args}\"]: no shell reads it")
        }
        var words: [Word] = []
        var nodes: [ConfigNode] = []
        for element in try value.elements() {
            guard case .scalar(let scalar) = element.node.content, scalar.value != .null else {
                throw element.mismatch("a text")
            }
            words.append(try Self.word(scalar.text, element, parameters))
            nodes.append(ConfigNode(.string(scalar.text)))
        }
        guard case .parts(let first) = words.first, first != [] else {
            throw value.error("must begin with the program's name")
        }
        section.note("command", ConfigNode(.list(nodes)))
        self.words = words
        booleans = try section.choice("booleans", default: .values)
    }

    private static func word(
        _ text: String, _ value: ConfigValue, _ parameters: [String]
    ) throws(ExperimentError) -> Word {
        switch text {
        case "${args}": return .arguments
        case "${overrides}": return .overrides
        default: break
        }
        var parts: [Part] = []
        var rest = text[...]
        var plain = ""
        func finishText() { if !plain.isEmpty { parts.append(.text(plain)) } }
        while let start = rest.firstIndex(of: "$") {
            plain += rest[..<start]
            rest = rest[start...]
            if rest.hasPrefix("$${") {
                plain += "${"
                rest = rest.dropFirst(3)
                continue
            }
            guard rest.hasPrefix("${"), let end = rest.firstIndex(of: "}") else {
                plain += "$"
                rest = rest.dropFirst()
                continue
            }
            let name = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
            finishText()
            plain = ""
            parts.append(try part(name, value, parameters))
            rest = rest[rest.index(after: end)...]
        }
        plain += rest
        finishText()
        return .parts(parts)
    }

    private static func part(
        _ name: String, _ value: ConfigValue, _ parameters: [String]
    ) throws(ExperimentError) -> Part {
        if parameters.contains(name) { return .parameter(name) }
        if let field = Field(rawValue: name) { return .field(field) }
        guard name != "args", name != "overrides" else {
            throw value.error("${\(name)} becomes several words, and must be a word of its own")
        }
        let names = ["args", "overrides"] + Field.allCases.map(\.rawValue) + parameters
        throw value.unknown("placeholder", name, among: names)
    }
}
