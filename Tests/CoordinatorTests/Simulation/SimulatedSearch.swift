import Experiments
import Search
import Studies

/// How a simulated study comes to its trials.
enum SimulatedSearch: Int, CaseIterable {
    /// All are there at the start.
    case none
    /// Each is created when a worker is free, and begins with the model of the one before where that is completed.
    case lazy
    /// Each is paused after its first epoch; when all are, the better half goes on and the others are stopped.
    case halving
}

extension SimulatedSearch {
    func reducer(trials: Int) -> (any TrialSearch)? {
        switch self {
        case .none: nil
        case .lazy: LazySearch(count: trials)
        case .halving: HalvingSearch(count: trials)
        }
    }

    static func creation(_ number: Int, from: Int? = nil) -> JournalRecord.TrialCreated {
        .init(trial: number, point: number, replicate: 0, seed: UInt64(number), assignment: [], from: from)
    }
}

private struct LazySearch: TrialSearch {
    let count: Int

    func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision? {
        guard history.trials.count < count else {
            return history.isSearchFinished ? nil : ReasonedDecision(.finish, reason: "all are there")
        }
        guard hasFreeSlot else { return nil }
        let before = history.trials.last
        let from = before?.phase == .completed && before?.best != nil ? before?.number : nil
        return ReasonedDecision(
            .create(SimulatedSearch.creation(history.trials.count, from: from)), reason: "a worker is free")
    }

    func remaining(_ history: StudyState) -> Int { max(0, count - history.trials.count) }
}

private struct HalvingSearch: TrialSearch {
    /// The epoch after which all are compared.
    static let rung = 1

    let count: Int

    func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision? {
        if let fresh = history.trials.last, fresh.attempt == 0, fresh.phase == .waiting, fresh.pauseAfter == nil {
            return ReasonedDecision(.pause(trial: fresh.number, after: Self.rung), reason: "all are compared there")
        }
        if history.trials.count < count {
            guard hasFreeSlot else { return nil }
            return ReasonedDecision(.create(SimulatedSearch.creation(history.trials.count)), reason: "a worker is free")
        }
        guard history.isSearchFinished else { return ReasonedDecision(.finish, reason: "all are there") }
        // Whoever is not paused here has been, or has failed.
        guard history.trials.allSatisfy({ $0.pauseAfter == nil || $0.phase == .paused }) else { return nil }
        let paused = history.trials.filter { $0.phase == .paused }
        guard let best = paused.min(by: { loss($0) < loss($1) }) else { return nil }
        // One after the other, since each decision changes the history: the worst of the paused ones go first.
        if paused.count > count / 2, paused.count > 1 {
            let worst = paused.max { loss($0) < loss($1) }!
            return ReasonedDecision(.stop(trial: worst.number), reason: "it is the worst")
        }
        return ReasonedDecision(.resume(trial: best.number, until: nil), reason: "it is among the better half")
    }

    private func loss(_ trial: TrialState) -> Double { trial.history.last?.metrics["loss"] ?? .infinity }

    func remaining(_ history: StudyState) -> Int { max(0, count - history.trials.count) }
}
