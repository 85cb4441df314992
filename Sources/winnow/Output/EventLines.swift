import Console
import Coordinator
import Experiments
import Logging

/// One line per event, through swift-log: for logs, pipes and continuous integration.
struct EventLines: StudyDisplay {
    private let text: EventText
    private let logger: Logger

    init(_ experiment: Experiment, logger: Logger) {
        text = EventText(experiment)
        self.logger = logger
    }

    func show(_ event: CoordinatorEvent, _ study: StudyState) {
        let level = event.logLevel
        guard level >= logger.logLevel, let line = text.line(for: event, study) else { return }
        var metadata = event.logMetadata
        if metadata["worker"] == nil, case .stringConvertible(let trial as Int)? = metadata["trial"],
            study.trials.indices.contains(trial), !study.trials[trial].worker.isEmpty
        {
            metadata["worker"] = .string(study.trials[trial].worker)
        }
        logger.log(level: level, "\(line)", metadata: metadata)
    }

    func close() {}
}
