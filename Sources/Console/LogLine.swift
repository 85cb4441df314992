internal import Experiments
package import Logging

/// One event as a line of a log.
package struct LogLine {
    package var level: Logger.Level
    package var message: String
    package var metadata: Logger.Metadata
    /// Seconds since 1970, UTC.
    package var unix: Double

    package init(level: Logger.Level, message: String, metadata: Logger.Metadata, unix: Double) {
        self.level = level
        self.message = message
        self.metadata = metadata
        self.unix = unix
    }

    /// Without the line's end, and without any within: what others have written may hold anything.
    package func text(_ format: LogFormat) -> String {
        switch format {
        case .plain:
            return Self.oneLine(message)
        case .text:
            let about = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.word("\($0.value)"))" }.joined()
            return "\(UTCTime.text(unix)) \(level.rawValue) \(Self.oneLine(message))\(about)"
        case .json:
            var members = [("time", Self.quoted(UTCTime.text(unix))), ("level", Self.quoted(level.rawValue))]
            members.append(("message", Self.quoted(message)))
            // A person's key cannot be mistaken for one of the three above.
            members += metadata.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) }
            return "{" + members.map { "\(Self.quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}"
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.utf8.contains { $0 < 32 || $0 == 127 } ? String(text.map { isControl($0) ? " " : $0 }) : text
    }

    private static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }

    /// As logfmt has it: bare where that is unambiguous.
    private static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 32 && $0 != "\"" && $0 != "=" }
        return isPlain ? text : quoted(text)
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        // Trials, attempts and epochs are numbers.
        case .stringConvertible(let number as Int): String(number)
        case .stringConvertible(let truth as Bool): String(truth)
        case .string(let text): quoted(text)
        case .stringConvertible(let other): quoted("\(other)")
        case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
        case .dictionary(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(json($0.value))" }
                .joined(separator: ",") + "}"
        }
    }

    /// Source: RFC 8259, section 7.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
