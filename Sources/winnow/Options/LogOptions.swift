import ArgumentParser
import Console
import Coordinator
import Logging

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: ExpressibleByArgument {}

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
    var logLevel: Logger.Level = .info

    /// Makes swift-log write to standard error as was asked. To be called once, before the first log line.
    func bootstrap() {
        let (format, level) = (logFormat ?? .plain, logLevel)
        LoggingSystem.bootstrap { _ in
            LineLog(format: format, level: level, clock: { StudyClock.unix }) { Terminal.errors.write($0) }
        }
    }

    /// Whether pictures may be drawn on standard error.
    var drawsOnTerminal: Bool { logFormat == nil && Terminal.errors.isInteractive }

    /// The words that ask for the same again, for the workers that a command starts.
    var commandLine: [String] {
        (logFormat.map { ["--log-format", $0.rawValue] } ?? []) + ["--log-level", max(logLevel, .error).rawValue]
    }
}
