import Experiments
import Studies
package import Logging
import Synchronization

/// Writes log events as lines, each with one write.
package struct LineLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let format: LogFormat
    private let clock: @Sendable () -> Double
    private let stream: LineStream

    /// - Parameter clock: seconds since 1970, UTC.
    package init(
        format: LogFormat, level: Logger.Level, clock: @escaping @Sendable () -> Double, stream: LineStream
    ) {
        self.format = format
        self.clock = clock
        self.stream = stream
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var about: Logger.Metadata = [:]
        if format != .plain {
            about = metadata
            about.merge(metadataProvider?.get() ?? [:]) { $1 }
            about.merge(event.metadata ?? [:]) { $1 }
        }
        let line = LogLine(level: event.level, message: event.message.description, metadata: about, unix: clock())
        stream.line(line.text(format))
    }
}

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

    /// Without a line break at the end or within: messages and metadata may hold any characters.
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
            // Metadata keys follow the three above.
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

    /// In logfmt: without quotes if that is unambiguous.
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

/// The format of log lines.
package enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// The message alone.
    case plain
    /// Time, level, message and metadata, for files that people and `grep` read.
    case text
    /// One JSON object per line, for programs.
    case json
}

/// A stream of whole lines in order; the lines of a batch are written together.
package final class LineStream: Sendable {
    /// The lines of the current batch; nil outside of one.
    private let waiting = Mutex<String?>(nil)
    private let write: @Sendable (String) -> Void

    /// - Parameter write: called with one or more lines, with their line breaks.
    package init(write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// - Parameter line: without its line break.
    package func line(_ line: String) {
        let waits = waiting.withLock { text in
            if text != nil {
                text! += line
                text! += "\n"
            }
            return text != nil
        }
        if !waits { write(line + "\n") }
    }

    /// Lines that `body` or other threads write meanwhile leave with one write.
    package func batch(_ body: () -> Void) {
        waiting.withLock { $0 = "" }
        body()
        let text = waiting.withLock { text in
            defer { text = nil }
            return text ?? ""
        }
        if !text.isEmpty { write(text) }
    }
}
