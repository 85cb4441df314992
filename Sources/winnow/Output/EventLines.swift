import Console
import Coordinator
import Dispatch
import Experiments
import Logging
import Synchronization

/// One line per event, through swift-log: for logs, pipes and continuous integration.
///
/// The coordinator only notes what happened; a queue of its own finds the words and writes them, so that nobody waits
/// for who reads them. What a reader that has stopped keeps from being written is counted, and left out.
final class EventLines: StudyDisplay, Sendable {
    private struct Note {
        var event: CoordinatorEvent
        var context: EventContext
    }

    private struct State {
        var notes: [Note] = []
        var leftOut = 0
        /// Whether the queue has been told of them.
        var isAwaited = false
        var lastWritten = ContinuousClock.now
    }

    private static let mostNotes = 100_000
    /// What comes within it is written together; what comes after a pause is written at once.
    private static let interval = Duration.milliseconds(20)

    private let text: EventText
    private let logger: Logger
    private let format: LogFormat
    private let stream: LineStream
    private let state = Mutex(State())
    private let queue = BackgroundQueue(label: "winnow.lines")

    /// - Parameters:
    ///   - format: the logger's.
    ///   - stream: where its lines go.
    init(_ experiment: Experiment, logger: Logger, format: LogFormat, stream: LineStream) {
        text = EventText(experiment)
        self.logger = logger
        self.format = format
        self.stream = stream
    }

    func show(_ event: CoordinatorEvent, _ study: StudyState) {
        guard event.logLevel >= logger.logLevel else { return }
        let note = Note(event: event, context: EventContext(event, study))
        let pause: Duration? = state.withLock { state in
            guard state.notes.count < Self.mostNotes else {
                state.leftOut += 1
                return nil
            }
            state.notes.append(note)
            defer { state.isAwaited = true }
            return state.isAwaited ? nil : max(.zero, Self.interval - (.now - state.lastWritten))
        }
        if let pause { queue.async(after: pause) { self.write() } }
    }

    /// Returns when all is written, or nobody has read on for five seconds.
    func close() {
        let end = DispatchSemaphore(value: 0)
        queue.async {
            self.write()
            end.signal()
        }
        _ = end.wait(timeout: .now() + .seconds(5))
    }

    private func write() {
        let (notes, leftOut) = state.withLock { state in
            defer { state = State() }
            return (state.notes, state.leftOut)
        }
        stream.batch {
            notes.forEach(write)
            if leftOut > 0 {
                logger.warning("\(leftOut) lines are left out here: they came faster than they were read")
            }
        }
    }

    private func write(_ note: Note) {
        guard let line = text.line(for: note.event, note.context) else { return }
        logger.log(level: note.event.logLevel, "\(line)", metadata: format == .plain ? nil : metadata(note))
    }

    private func metadata(_ note: Note) -> Logger.Metadata {
        var metadata = note.event.logMetadata
        if metadata["worker"] == nil, let worker = note.context.worker {
            metadata["worker"] = .string(worker)
        }
        return metadata
    }
}
