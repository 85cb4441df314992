import Console
package import Coordinator
import Dispatch
import Experiments
package import Studies
import Logging
import Synchronization

/// Writes one line per event through swift-log, for logs, pipes and continuous integration.
///
/// The coordinator only queues the events; a background queue formats and writes them, so that the coordinator never waits
/// for a reader. Lines that a stopped reader blocks are dropped and counted.
final class EventLines: StudyDisplay, Sendable {
    private struct Note {
        var event: CoordinatorEvent
        var context: EventContext
    }

    private struct State {
        var notes: [Note] = []
        var leftOut = 0
        /// Whether a write is scheduled.
        var isAwaited = false
        var lastWritten = ContinuousClock.now
    }

    private static let mostNotes = 100_000
    /// Events within it are written together; an event after a pause is written at once.
    private static let interval = Duration.milliseconds(20)

    private let text: EventText
    private let planned: Int
    private let logger: Logger
    private let format: LogFormat
    private let stream: LineStream
    private let state = Mutex(State())
    private let queue = BackgroundQueue(label: "winnow.lines")

    /// - Parameters:
    ///   - format: of the logger.
    ///   - stream: the output of the logger.
    init(_ experiment: Experiment, logger: Logger, format: LogFormat, stream: LineStream) {
        text = EventText(experiment)
        planned = experiment.search.trials
        self.logger = logger
        self.format = format
        self.stream = stream
    }

    func show(_ event: CoordinatorEvent, _ study: StudyState) {
        guard event.logLevel >= logger.logLevel else { return }
        let note = Note(event: event, context: EventContext(event, study, planned: planned))
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

    /// Returns when all lines are written, or after five seconds without a reader.
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
        if metadata["worker"] == nil, let worker = note.context.worker { metadata["worker"] = .string(worker) }
        return metadata
    }
}

/// The study's facts for an event's line, taken at the time of the event: the line may be formatted later.
struct EventContext {
    /// The trial that started or finished. Other events keep none, since a trial that is still written to would be copied.
    let trial: TrialState?
    /// The worker that has the event's trial, or had it last.
    let worker: String?
    /// The trials that are over, and all trials.
    let over: Int
    let count: Int

    /// - Parameter planned: how many trials the experiment asks for.
    init(_ event: CoordinatorEvent, _ study: StudyState, planned: Int) {
        let number = event.trial.flatMap { study.trials.indices.contains($0) ? $0 : nil }
        switch event {
        case .trialStarted, .trialFinished: trial = number.map { study.trials[$0] }
        default: trial = nil
        }
        let name = number.map { study.trials[$0].worker } ?? ""
        worker = name.isEmpty ? nil : name
        over = study.counts.over
        count = study.expectedTrials(planned: planned)
    }
}

/// Shows a study's progress.
package protocol StudyDisplay {
    func show(_ event: CoordinatorEvent, _ study: StudyState)
    /// Ends the display.
    func close()
}
