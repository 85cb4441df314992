/// A study as the sum of its journal's records: a pure reducer, used when a journal is replayed and while it grows.
package struct StudyState: Hashable, Sendable, Codable {
    package private(set) var created: JournalRecord.StudyCreated?
    /// By number.
    package internal(set) var trials: [TrialState] = []
    /// What each worker that ever joined ran on, by its name.
    package private(set) var workers: [String: [String: String]] = [:]
    /// The newest coordinator's generation; 0 before the first.
    package private(set) var generation = 0
    /// Whether a person has asked that no trials be given out.
    package private(set) var isPaused = false
    /// The trials that nobody trains and that are not over.
    package private(set) var waiting = TrialNumbers()
    /// The trials that somebody trains.
    package private(set) var running = TrialNumbers()
    /// The rows of all trials that are not over; kept, not counted.
    package internal(set) var openRows = 0
    /// Bytes of all stored checkpoints.
    package private(set) var checkpointBytes = 0
    private var phases: [TrialState.Phase: Int] = [:]

    package init() {}

    /// What is kept for speed alone is not written.
    private enum CodingKeys: String, CodingKey {
        case created, trials, workers, generation
        case isPaused = "is_paused"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        created = try container.decodeIfPresent(JournalRecord.StudyCreated.self, forKey: .created)
        trials = try container.decode([TrialState].self, forKey: .trials)
        workers = try container.decode([String: [String: String]].self, forKey: .workers)
        generation = try container.decode(Int.self, forKey: .generation)
        isPaused = try container.decode(Bool.self, forKey: .isPaused)
        for (number, trial) in trials.enumerated() {
            add(1, to: trial.phase)
            checkpointBytes += trial.checkpointBytes
            openRows += trial.openRows
            if trial.phase == .waiting { waiting.insert(number) }
            if trial.phase == .running { running.insert(number) }
        }
    }

    /// How many trials are in this phase; kept, not counted.
    package func count(_ phase: TrialState.Phase) -> Int { phases[phase, default: 0] }

    /// Whether every trial is over; kept, not looked for.
    package var isOver: Bool { count(.completed) + count(.failed) == trials.count }

    /// Adds one record.
    ///
    /// - Throws: ``JournalContradiction`` when the record cannot follow those before it; the state is then unchanged.
    package mutating func apply(_ record: JournalRecord) throws(JournalContradiction) {
        switch record {
        case .studyCreated(let body):
            guard created == nil else { throw JournalContradiction("the study was created twice") }
            created = body
        case .trialCreated(let body):
            guard body.trial == trials.count else {
                throw JournalContradiction("trial \(body.trial) was created after \(trials.count) trials")
            }
            trials.append(TrialState(body))
            waiting.insert(body.trial)
            add(1, to: .waiting)
        case .attemptStarted(let body):
            try change(body.id.trial) { trial throws(JournalContradiction) in
                guard trial.phase == .waiting, body.id.attempt == trial.attempt + 1 else {
                    throw JournalContradiction("\(body.id) was started out of turn")
                }
                guard 0...trial.history.count ~= body.fromEpoch else {
                    throw JournalContradiction(
                        "\(body.id) starts after epoch \(body.fromEpoch), but \(trial.history.count) are known")
                }
                trial.phase = .running
                trial.attempt = body.id.attempt
                trial.worker = body.worker
                trial.started = trial.started ?? body.unix
                trial.supersede(after: body.fromEpoch)
            }
        case .epochFinished(let body):
            try changeRunning(body.id) { trial throws(JournalContradiction) in
                guard body.epoch == trial.history.count + 1 else {
                    throw JournalContradiction("\(body.id) has epoch \(body.epoch) after \(trial.history.count)")
                }
                trial.history.append(body)
            }
        case .fileStored(let body):
            try changeRunning(body.id) { trial throws(JournalContradiction) in
                switch body.file.kind {
                case .best:
                    trial.best = body.file
                    trial.bestRemoval = nil
                case .last:
                    if trial.last != body.file { trial.previousLast = trial.last }
                    trial.last = body.file
                }
            }
        case .fileRemoved(let body):
            try change(body.trial) { trial throws(JournalContradiction) in
                switch body.kind {
                case .best:
                    trial.best = nil
                    trial.bestRemoval = body.reason
                case .last:
                    trial.last = trial.previousLast
                    trial.previousLast = nil
                }
            }
        case .attemptEnded(let body):
            try changeRunning(body.id) { trial throws(JournalContradiction) in
                trial.phase = .waiting
                trial.lostAttempts += body.reason.isFailure ? 1 : 0
                if let process = body.process { trial.processEnds = (trial.processEnds ?? []) + [process] }
            }
        case .trialFinished(let body):
            try changeRunning(body.outcome.id) { trial throws(JournalContradiction) in
                trial.phase = body.outcome.state == .completed ? .completed : .failed
                trial.outcome = body.outcome
                trial.finished = body.unix
                trial.previousLast = nil
            }
        case .trialReopened(let body):
            try change(body.trial) { trial throws(JournalContradiction) in
                guard trial.phase == .completed else {
                    throw JournalContradiction("trial \(body.trial) was reopened, but had not been completed")
                }
                trial.phase = .waiting
                trial.outcome = nil
                trial.finished = nil
            }
        case .trialRetried(let body):
            try change(body.trial) { trial throws(JournalContradiction) in
                guard trial.phase == .failed else {
                    throw JournalContradiction("trial \(body.trial) was to be tried again, but had not failed")
                }
                trial.phase = .waiting
                trial.outcome = nil
                trial.finished = nil
                trial.pardonedAttempts = trial.lostAttempts
                trial.pardonedEnds = trial.processEnds?.count
            }
        case .workerJoined(let body):
            workers[body.worker] = body.environment
        case .coordinatorStarted(let body):
            generation = max(generation, body.generation)
        case .studyPaused(let body):
            isPaused = body.paused
        }
    }

    private mutating func change(
        _ trial: Int, _ body: (inout TrialState) throws(JournalContradiction) -> Void
    ) throws(JournalContradiction) {
        guard trials.indices.contains(trial) else { throw JournalContradiction("there is no trial \(trial)") }
        let (phase, bytes) = (trials[trial].phase, trials[trial].checkpointBytes)
        let rows = trials[trial].openRows
        try body(&trials[trial])
        checkpointBytes += trials[trial].checkpointBytes - bytes
        openRows += trials[trial].openRows - rows
        let new = trials[trial].phase
        guard new != phase else { return }
        add(-1, to: phase)
        add(1, to: new)
        if phase == .waiting { waiting.remove(trial) }
        if new == .waiting { waiting.insert(trial) }
        if phase == .running { running.remove(trial) }
        if new == .running { running.insert(trial) }
    }

    /// A phase without trials has no entry, so that equal studies have equal counts.
    private mutating func add(_ number: Int, to phase: TrialState.Phase) {
        let count = count(phase) + number
        phases[phase] = count == 0 ? nil : count
    }

    private mutating func changeRunning(
        _ id: AttemptID, _ body: (inout TrialState) throws(JournalContradiction) -> Void
    ) throws(JournalContradiction) {
        try change(id.trial) { trial throws(JournalContradiction) in
            guard trial.phase == .running, trial.attempt == id.attempt else {
                throw JournalContradiction("\(id) is not the running one")
            }
            try body(&trial)
        }
    }
}

/// A record that contradicts those before it: the journal was not written by one coordinator at a time, or is damaged.
package struct JournalContradiction: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The study and its rows apart: there are so many rows that a snapshot spells them in its own way.
extension StudyState {
    /// The same study with no rows.
    package var withoutRows: StudyState {
        var state = self
        for index in state.trials.indices {
            state.trials[index].history = []
        }
        state.openRows = 0
        return state
    }

    /// Gives each trial its rows.
    ///
    /// - Returns: nil where there are not as many lists as trials, or rows of other trials or epochs in them.
    package func withRows(_ rows: [[EpochResult]]) -> StudyState? {
        guard rows.count == trials.count else { return nil }
        var state = self
        for (index, history) in rows.enumerated() {
            guard history.enumerated().allSatisfy({ $1.id.trial == index && $1.epoch == $0 + 1 }) else { return nil }
            state.openRows -= state.trials[index].openRows
            state.trials[index].history = EpochHistory(history)
            state.openRows += state.trials[index].openRows
        }
        return state
    }
}

extension StudyState {
    /// The study's points, ranked by the mean of the monitored value.
    package func ranking(_ terms: StudyTerms) -> PointRanking { PointRanking(trials, terms) }

    /// The trial that stands for the selected point: the best of its trials. Nil where no completed trial has a value.
    package func winner(_ terms: StudyTerms) -> TrialState? {
        ranking(terms).winner?.best.map { trials[$0] }
    }
}
