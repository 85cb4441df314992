import Experiments
import Search
import Studies

/// A study whose workers are played: an epoch of each trial that runs, one after the other.
struct PlayedStudy {
    static let rule = SelectionRule(monitor: "loss", goal: .minimize)

    private(set) var state = StudyState()
    private(set) var decisions: [Decision] = []
    private var search: any TrialSearch
    private let fresh: (StudyState) -> any TrialSearch
    private let epochs: Int
    private let slots: Int
    private let loss: (TrialState, Int) -> Double

    /// - Parameters:
    ///   - loss: of a trial after an epoch.
    init(
        points: Int, seeds: Int = 1, epochs: Int, slots: Int = 1, scheduler: SchedulerDescription,
        loss: @escaping (TrialState, Int) -> Double
    ) throws {
        let parameter = SearchParameter(path: "p", domain: .integer(minimum: 0, maximum: points - 1, scale: .linear))
        let description = SearchDescription(
            sampler: .grid, trials: points * seeds, seeds: seeds, scheduler: scheduler, parameters: [parameter])
        let plan = TrialPlan(description, seed: 1)
        let terms = StudyTerms(rule: Self.rule, epochs: epochs, seeds: seeds, sampler: .grid)
        try self.init(epochs: epochs, slots: slots, loss: loss) { history in
            ScheduledSearch(
                PlannedSearch(plan, sampler: .grid, after: history), scheduler: StudySearch.scheduler(scheduler, terms))
        }
    }

    /// - Parameter search: that goes on after a history.
    init(
        epochs: Int, slots: Int, loss: @escaping (TrialState, Int) -> Double,
        search fresh: @escaping (StudyState) -> any TrialSearch
    ) throws {
        self.fresh = fresh
        self.epochs = epochs
        self.slots = slots
        self.loss = loss
        try state.apply(.studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)))
        search = fresh(state)
    }

    /// - Returns: whether another search, after the same history, would have decided the same whenever it was asked.
    mutating func play() throws -> Bool {
        var isReplayed = true
        while !state.isSearchFinished || !state.isOver {
            var hasDecided = false
            while state.running.count < slots {
                let (next, isSame) = try decide(hasFreeSlot: state.waiting.isEmpty)
                isReplayed = isReplayed && isSame
                guard let number = state.waiting.first(from: 0) else { break }
                hasDecided = hasDecided || next > 0
                try begin(number)
            }
            let running = state.trials.filter { $0.phase == .running }.map(\.number)
            guard !running.isEmpty || hasDecided || !state.waiting.isEmpty else { break }
            for number in running {
                try train(number)
                isReplayed = try decide(hasFreeSlot: false).isSame && isReplayed
            }
        }
        return isReplayed
    }

    private mutating func decide(hasFreeSlot: Bool) throws -> (count: Int, isSame: Bool) {
        var (other, count, hasFreeSlot, isSame) = (fresh(state), 0, hasFreeSlot, true)
        while let next = search.next(state, hasFreeSlot: hasFreeSlot) {
            if count == 0 { isSame = other.next(state, hasFreeSlot: hasFreeSlot)?.decision == next.decision }
            count += 1
            decisions.append(next.decision)
            try state.apply(.decided(.init(next.decision, reason: next.reason)))
            if case .create = next.decision { hasFreeSlot = false }
            if case .stop(let number) = next.decision, state.trials[number].phase != .running { try prune(number) }
        }
        if count == 0 { isSame = other.next(state, hasFreeSlot: hasFreeSlot) == nil }
        return (count, isSame)
    }

    private mutating func begin(_ number: Int) throws {
        let trial = state.trials[number]
        let id = AttemptID(study: state.id, trial: number, attempt: trial.attempt + 1)
        try state.apply(
            .attemptStarted(.init(id: id, worker: "w", fromEpoch: trial.history.count, unix: 0)))
    }

    private mutating func train(_ number: Int) throws {
        let trial = state.trials[number]
        if trial.stops {
            try end(trial)
            return try prune(number)
        }
        let epoch = trial.history.count + 1
        let isNamed = state.metrics.count == 0
        let value = loss(trial, epoch)
        let row = Row(
            id: trial.id, epoch: epoch, elapsedSeconds: Double(epoch), learningRate: nil, metrics: isNamed ? [] : [0],
            values: isNamed ? [] : [value], named: isNamed ? [Self.rule.monitor: value] : [:])
        try state.apply(.epochFinished(row))
        if epoch == epochs {
            try state.apply(
                .trialFinished(
                    .init(
                        outcome: TrialOutcome(id: trial.id, state: .completed, stopReason: .budget, stopEpoch: epoch),
                        unix: 0)))
        } else if trial.pauseAfter == epoch {
            try state.apply(
                .fileStored(.init(id: trial.id, file: StoredFile(kind: .last, epoch: epoch, size: 1, sha256: ""))))
            try end(state.trials[number])
        }
    }

    private mutating func end(_ trial: TrialState) throws {
        try state.apply(.attemptEnded(.init(id: trial.id, reason: .handedBack, unix: 0)))
    }

    private mutating func prune(_ number: Int) throws {
        let trial = state.trials[number]
        let outcome = TrialOutcome(
            id: trial.id, state: .pruned, stopReason: .decision, stopEpoch: trial.history.count)
        try state.apply(.trialFinished(.init(outcome: outcome, unix: 0)))
    }
}
