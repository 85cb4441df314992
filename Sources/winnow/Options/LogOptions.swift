import ArgumentParser
import Console
import Coordinator
import Logging
import Synchronization

extension LogFormat: ExpressibleByArgument {}

/// A level as a command line has it.
struct LogLevel: ExpressibleByArgument {
    let level: Logger.Level

    init(_ level: Logger.Level) {
        self.level = level
    }

    init?(argument: String) {
        guard let level = Logger.Level(rawValue: argument) else { return nil }
        self.level = level
    }

    var defaultValueDescription: String { level.rawValue }
    static var allValueStrings: [String] { Logger.Level.allCases.map(\.rawValue) }
}

/// How a long-running command says what happens.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "plain, text or json: words alone, lines with time, level and what they are about, or one JSON object a line.",
            discussion: "Without it a terminal is drawn on, and anything else gets plain lines."))
    var logFormat: LogFormat?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical: nothing below it is said.", valueName: "level"))
    var logLevel = LogLevel(.info)

    /// How lines look that are not drawn.
    var format: LogFormat { logFormat ?? .plain }

    /// Makes swift-log write to standard error as was asked. To be called once, before the first log line.
    func bootstrap() {
        let (format, level) = (format, logLevel.level)
        Self.chosen.withLock { $0 = format }
        LoggingSystem.bootstrap { _ in
            LineLog(format: format, level: level, clock: { StudyClock.unix }, stream: Self.stream)
        }
    }

    /// Where the log's lines go.
    static let stream = LineStream { Terminal.errors.write($0) }

    /// What was asked for; nil before that, and for commands that keep no log.
    private static let chosen = Mutex<LogFormat?>(nil)

    /// Says why the program ends, in the way of its log.
    static func sayLast(_ failure: Failure) {
        switch chosen.withLock({ $0 }) {
        case nil, .plain: Terminal.errors.write(failure.lines.map { "winnow: \($0)\n" }.joined())
        case .text, .json:
            // Not kept back by any level.
            for message in failure.lines {
                let line = LogLine(
                    level: .error, message: String(message),
                    metadata: ["exit_code": .stringConvertible(Int(failure.code.rawValue))], unix: StudyClock.unix)
                Terminal.errors.line(line.text(chosen.withLock { $0 } ?? .plain))
            }
        }
    }

    /// Whether pictures may be drawn on standard error.
    var drawsOnTerminal: Bool { logFormat == nil && Terminal.errors.isInteractive }

    /// The words that ask for the same again, for the workers that a command starts.
    var commandLine: [String] {
        (logFormat.map { ["--log-format", $0.rawValue] } ?? []) + ["--log-level", max(logLevel.level, .error).rawValue]
    }
}
