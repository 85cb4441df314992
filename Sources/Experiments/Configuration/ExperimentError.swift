/// A mistake in an experiment file, or in what was laid over it: one line that says where, what, and the way out.
///
///     digits.yaml:9:3: optimizer.learning_rat: unknown key "learning_rat" (did you mean "learning_rate"?)
package struct ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name as the caller gave it.
    package let file: String
    /// Missing where the mistake is in the file as a whole.
    package let place: Place?
    /// The dotted path of the value; empty at the root.
    package let keyPath: String
    package let message: String
    /// The nearest valid spelling.
    package let suggestion: String?

    package init(file: String, place: Place?, keyPath: String = "", message: String, suggestion: String? = nil) {
        self.file = file
        self.place = place
        self.keyPath = keyPath
        self.message = message
        self.suggestion = suggestion
    }

    /// The same mistake, with what brings it about.
    func adding(_ words: String) -> ExperimentError {
        ExperimentError(
            file: file, place: place, keyPath: keyPath, message: "\(message), \(words)", suggestion: suggestion)
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
        let hint = suggestion.map { " (did you mean \"\($0)\"?)" } ?? ""
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
