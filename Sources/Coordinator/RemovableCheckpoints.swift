import Experiments

/// The `last.h5` of finished trials, oldest first: those that the study's byte budget takes.
struct RemovableCheckpoints: Sendable {
    private var trials: [Int] = []
    private var head = 0

    init(_ study: StudyState) {
        trials = study.trials.filter { $0.isOver && $0.last != nil }
            .sorted { ($0.finished ?? 0, $0.number) < ($1.finished ?? 0, $1.number) }.map(\.number)
    }

    mutating func append(_ trial: Int) { trials.append(trial) }

    /// The oldest that is still there.
    mutating func popFirst(in study: StudyState) -> TrialState? {
        while head < trials.count {
            let trial = study.trials[trials[head]]
            head += 1
            // It may have been reopened, and even finished again, since it was put here.
            if trial.isOver, trial.last != nil { return trial }
        }
        trials.removeAll()
        head = 0
        return nil
    }
}
