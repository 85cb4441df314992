import ArgumentParser
import Console
import Coordinator
import Logging
import Synchronization

extension LogFormat: ExpressibleByArgument {}

/// A log level as an argument.
struct LogLevel: ExpressibleByArgument {
    let level: Logger.Level

    init(_ level: Logger.Level) { self.level = level }

    init?(argument: String) {
        guard let level = Logger.Level(rawValue: argument) else { return nil }
        self.level = level
    }

    var defaultValueDescription: String { level.rawValue }
    static var allValueStrings: [String] { Logger.Level.allCases.map(\.rawValue) }
}

/// The logging of long-running commands.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "plain, text or json: messages alone, lines with time, level and metadata, or one JSON object per line.",
            discussion: "Without it, a terminal gets a live display, and other outputs get plain lines."))
    var logFormat: LogFormat?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical: the lowest level that is logged.",
            valueName: "level"))
    var logLevel = LogLevel(.info)

    /// The format of lines outside a live display.
    var format: LogFormat { logFormat ?? .plain }

    /// Makes swift-log write to standard error with these options. To be called once, before the first log line.
    func bootstrap() {
        let (format, level) = (format, logLevel.level)
        Self.chosen.withLock { $0 = format }
        LoggingSystem.bootstrap { _ in
            LineLog(format: format, level: level, clock: { StudyClock.unix }, stream: Self.stream)
        }
    }

    /// The output of the log.
    static let stream = LineStream { Terminal.errors.write($0) }

    /// The chosen format; nil before ``bootstrap()``, and for commands without a log.
    private static let chosen = Mutex<LogFormat?>(nil)

    /// Writes why the program ends, in the format of its log.
    static func sayLast(_ failure: Failure) {
        switch chosen.withLock({ $0 }) {
        case nil, .plain: Terminal.errors.write(failure.lines.map { "winnow: \($0)\n" }.joined())
        case .text, .json:
            // Written at every level.
            for message in failure.lines {
                let line = LogLine(
                    level: .error, message: String(message),
                    metadata: ["exit_code": .stringConvertible(Int(failure.code.rawValue))], unix: StudyClock.unix)
                Terminal.errors.line(line.text(chosen.withLock { $0 } ?? .plain))
            }
        }
    }

    /// Whether standard error can show a live display.
    var drawsOnTerminal: Bool { logFormat == nil && Terminal.errors.isInteractive }

    /// These options, for the workers that a command starts.
    var commandLine: [String] {
        (logFormat.map { ["--log-format", $0.rawValue] } ?? []) + ["--log-level", max(logLevel.level, .error).rawValue]
    }
}
