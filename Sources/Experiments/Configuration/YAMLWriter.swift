/// Writes a ``ConfigNode`` tree as YAML that YAML 1.1 and 1.2 readers understand alike.
struct YAMLWriter {
    private var text = ""

    /// One key a line; lists of single values in brackets.
    static func write(_ node: ConfigNode) -> String {
        var writer = YAMLWriter()
        writer.write(node, indent: 0)
        return writer.text
    }

    /// All of a node on one line, lists and mappings in brackets.
    static func line(_ node: ConfigNode) -> String {
        switch node.content {
        case .scalar(let scalar): spelled(scalar)
        case .list(let elements): "[\(elements.map(line).joined(separator: ", "))]"
        case .mapping(let entries):
            "{\(entries.map { "\(spelled(ConfigScalar(.string($0.key)))): \(line($0.value))" }.joined(separator: ", "))}"
        }
    }

    private mutating func write(_ node: ConfigNode, indent: Int) {
        switch node.content {
        case .mapping(let entries):
            for entry in entries {
                margin(indent)
                text += Self.spelled(ConfigScalar(.string(entry.key))) + ":"
                writeValue(entry.value, indent: indent)
            }
        case .list(let elements):
            for element in elements {
                margin(indent)
                text += "-"
                writeValue(element, indent: indent)
            }
        case .scalar(let scalar):
            margin(indent)
            text += Self.spelled(scalar) + "\n"
        }
    }

    /// What follows a `key:` or a `-`: on the same line where it is short, below it and deeper where it is not.
    private mutating func writeValue(_ node: ConfigNode, indent: Int) {
        if let line = inline(node) {
            text += " \(line)\n"
        } else {
            text += "\n"
            write(node, indent: indent + 2)
        }
    }

    private func inline(_ node: ConfigNode) -> String? {
        switch node.content {
        case .scalar(let scalar):
            return Self.spelled(scalar)
        case .mapping(let entries):
            return entries.isEmpty ? "{}" : nil
        case .list(let elements):
            let isPlain = elements.allSatisfy { if case .scalar = $0.content { true } else { false } }
            return isPlain ? Self.line(node) : nil
        }
    }

    private mutating func margin(_ indent: Int) {
        text += String(repeating: " ", count: indent)
    }

    /// A single value, quoted where that is needed.
    static func spelled(_ scalar: ConfigScalar) -> String {
        guard case .string(let string) = scalar.value else { return scalar.text }
        return isPlain(string) ? string : quoted(string)
    }

    /// Whether every reader takes the unquoted word for the same text.
    private static func isPlain(_ string: String) -> Bool {
        func isLetter(_ c: UInt8) -> Bool { (0x41...0x5A).contains(c) || (0x61...0x7A).contains(c) }
        func isDigit(_ c: UInt8) -> Bool { (0x30...0x39).contains(c) }
        guard let first = string.utf8.first, isLetter(first) || first == UInt8(ascii: "/") else {
            return isDuration(string)
        }
        return string.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x5F || (0x2D...0x2F).contains($0) }
            && !(string.utf8.count <= 5 && truths.contains(string.lowercased()))
    }

    /// What some reader takes for a truth value, or for nothing.
    private static let truths: Set = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

    /// `30s` begins with a digit and is yet no number to anyone.
    private static func isDuration(_ string: String) -> Bool {
        Duration(spelling: string) != nil
    }

    private static func quoted(_ string: String) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result += "\\\(scalar)"
            case "\n":
                result += "\\n"
            case " "..."~":
                result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
