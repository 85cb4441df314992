import Testing

/// A bad experiment file, and the one line that says what is wrong with it.
struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let line: String

    init(_ name: String, _ text: String, _ line: String) {
        self.name = name
        self.text = text
        self.line = line
    }

    var testDescription: String { name }
}
