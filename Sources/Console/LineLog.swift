package import Logging

/// Writes log events as lines, each in one piece.
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
