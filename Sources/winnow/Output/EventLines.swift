import Coordinator
import Experiments

/// One plain line per event: for logs, pipes and continuous integration.
struct EventLines: StudyDisplay {
    private let experiment: Experiment

    init(_ experiment: Experiment) {
        self.experiment = experiment
    }

    func show(_ event: CoordinatorEvent, _ study: StudyState) {
        if let text = EventText(experiment).line(for: event, study) {
            Terminal.errors.line(text)
        }
    }

    func close() {}
}
