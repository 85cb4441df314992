package import Logging

/// Writes log events as lines, each in one piece.
package struct LineLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let format: LogFormat
    private let clock: @Sendable () -> Double
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - clock: seconds since 1970, UTC.
    ///   - write: takes a line with its end.
    package init(
        format: LogFormat, level: Logger.Level, clock: @escaping @Sendable () -> Double,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.format = format
        self.clock = clock
        self.write = write
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var about = metadata
        about.merge(metadataProvider?.get() ?? [:]) { $1 }
        about.merge(event.metadata ?? [:]) { $1 }
        let line = LogLine(level: event.level, message: event.message.description, metadata: about, unix: clock())
        write(line.text(format) + "\n")
    }
}
