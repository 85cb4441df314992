/// A mistake in an experiment file, or in what was laid over it: one line that says where, what, and the way out.
///
///     digits.yaml:9:3: optimizer.learning_rat: unknown key "learning_rat" (did you mean "learning_rate"?)
package struct ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name as the caller gave it.
    package let file: String
    /// Missing where the mistake is in the file as a whole.
    package let place: Place?
    /// The dotted path of the value; empty at the root.
    package var keyPath: String { path.description }
    package let message: String
    /// What was meant.
    package let correction: Correction?
    /// The way to the value that the mistake is about.
    let path: ConfigPath
    let kind: Kind

    /// What a word should have been.
    package enum Correction: Hashable, Sendable {
        /// The nearest valid spelling.
        case spelling(String)
        /// The name that this format has for what other programs call so: a word that belongs in the same place, or
        /// the dotted path of a key that belongs elsewhere.
        case name(String)

        package var word: String {
            switch self {
            case .spelling(let word), .name(let word): word
            }
        }
    }

    /// What kind of mistake it is: decides how a reader can go on behind it.
    enum Kind: Hashable, Sendable {
        case badValue
        /// The last component of the path is a key that nothing asks for.
        case unknownKey
        /// The mapping at the path lacks this key.
        case missingKey(String)
    }

    init(
        file: String, place: Place?, path: ConfigPath = ConfigPath([]), message: String,
        correction: Correction? = nil, kind: Kind = .badValue
    ) {
        self.file = file
        self.place = place
        self.path = path
        self.message = message
        self.correction = correction
        self.kind = kind
    }

    /// A mistake in a file as a whole.
    package init(file: String, message: String) {
        self.init(file: file, place: nil, message: message)
    }

    /// The same mistake, with what brings it about.
    func adding(_ words: String) -> ExperimentError {
        ExperimentError(
            file: file, place: place, path: path, message: "\(message), \(words)", correction: correction, kind: kind)
    }

    /// The line in the file, from 1, where the mistake has one.
    package var line: Int? {
        if case .file(let line, _) = place { line } else { nil }
    }

    /// The column in the file, from 1, where the mistake has one.
    package var column: Int? {
        if case .file(_, let column) = place { column } else { nil }
    }

    package var description: String {
        let origin =
            switch place {
            case .file(let line, let column): "\(file):\(line):\(column)"
            case .override(let text): text
            case nil: file
            }
        let key = keyPath.isEmpty ? "" : "\(keyPath): "
        let hint =
            switch correction {
            case .spelling(let word): " (did you mean \"\(word)\"?)"
            case .name(let name): " (called \(name) here)"
            case nil: ""
            }
        return Self.onOneLine("\(origin): \(key)\(message)\(hint)")
    }

    /// Control characters of the file, line breaks above all, as escapes.
    private static func onOneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            let breaksLine = ["\u{2028}", "\u{2029}"].contains(scalar)
            line +=
                scalar.properties.generalCategory == .control || breaksLine
                ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return line
    }
}
