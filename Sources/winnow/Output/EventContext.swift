import Console
import Coordinator
import Experiments

/// What an event's line tells of the study, as it was at that moment: its words may be made later.
struct EventContext {
    /// The trial that began or ended. No other event keeps one: a trial that is still being written to would be copied.
    let trial: TrialState?
    /// The worker that has the event's trial, or had it last.
    let worker: String?
    /// How many trials are over, of how many.
    let over: Int
    let count: Int

    init(_ event: CoordinatorEvent, _ study: StudyState) {
        let number = event.trial.flatMap { study.trials.indices.contains($0) ? $0 : nil }
        switch event {
        case .trialStarted, .trialFinished: trial = number.map { study.trials[$0] }
        default: trial = nil
        }
        let name = number.map { study.trials[$0].worker } ?? ""
        worker = name.isEmpty ? nil : name
        over = study.count(.completed) + study.count(.failed)
        count = study.trials.count
    }
}
