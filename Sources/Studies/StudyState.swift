/// A study as the sum of its journal's records: a pure reducer, used when a journal is replayed and while it grows.
package struct StudyState: Hashable, Sendable {
    package private(set) var created: JournalRecord.StudyCreated?
    /// By number.
    package internal(set) var trials: [TrialState] = []
    /// What each worker that ever joined ran on, by its name.
    package private(set) var workers: [String: [String: String]] = [:]
    /// The newest coordinator's generation; 0 before the first.
    package private(set) var generation = 0
    /// Whether a person has asked that no trials be given out.
    package private(set) var isPaused = false
    /// Whether the search has said that it creates no further trial.
    package private(set) var isSearchFinished = false
    /// The metrics that rows have had.
    package private(set) var metrics = MetricTable()
    private var metricNames = SharedMetricNames()
    /// The trials that nobody trains and that are not over.
    package private(set) var waiting = TrialNumbers()
    /// The trials that somebody trains.
    package private(set) var running = TrialNumbers()
    /// The rows of all trials that are not over; kept, not counted.
    package internal(set) var openRows = 0
    /// Bytes of all stored checkpoints.
    package private(set) var checkpointBytes = 0
    /// What the newest records were about.
    package private(set) var recent = RecentTrials()
    /// How many trials are in each phase; kept, not counted.
    package private(set) var counts = PhaseCounts()

    package init() {}

    /// How many trials there are, or will be.
    ///
    /// - Parameter planned: how many the experiment asks for.
    package func expectedTrials(planned: Int) -> Int { isSearchFinished ? trials.count : max(trials.count, planned) }

    /// Whether every trial is over; kept, not looked for.
    package var isOver: Bool { counts.over == trials.count }

    /// Adds one record.
    ///
    /// - Throws: ``JournalContradiction`` when the record cannot follow those before it; the state is then unchanged.
    package mutating func apply(_ record: JournalRecord) throws(JournalContradiction) {
        switch record {
        case .studyCreated(let body):
            guard created == nil else { throw JournalContradiction("the study was created twice") }
            created = body
        case .decided(let body):
            try apply(body.decision)
        case .attemptStarted(let body):
            try change(body.id.trial) { trial throws(JournalContradiction) in
                guard trial.phase == .waiting, body.id.study == trial.study, body.id.attempt == trial.attempt + 1 else {
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
            let (result, table, names) = try resolved(body)
            try changeRunning(body.id) { trial throws(JournalContradiction) in
                guard body.epoch == trial.history.count + 1 else {
                    throw JournalContradiction("\(body.id) has epoch \(body.epoch) after \(trial.history.count)")
                }
                trial.history.append(result)
            }
            (metrics, metricNames) = (table, names)
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
                trial.phase = trial.isSavedForPause ? .paused : .waiting
                trial.lostAttempts += body.reason.isFailure ? 1 : 0
                if let process = body.process { trial.processEnds = (trial.processEnds ?? []) + [process] }
            }
        case .trialFinished(let body):
            try change(body.outcome.id.trial) { trial throws(JournalContradiction) in
                // One that is stopped by a decision ends where it is.
                guard trial.id == body.outcome.id, trial.phase == .running || trial.stops && !trial.isOver else {
                    throw JournalContradiction("\(body.outcome.id) is not the running one")
                }
                trial.phase = TrialState.Phase(body.outcome.state)
                trial.outcome = body.outcome
                trial.finished = body.unix
                trial.previousLast = nil
                (trial.pauseAfter, trial.stops) = (nil, false)
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
        if let trial = record.trial { recent.note(trial) }
    }

    private mutating func apply(_ decision: Decision) throws(JournalContradiction) {
        switch decision {
        case .create(let body):
            guard body.trial == trials.count else {
                throw JournalContradiction("trial \(body.trial) was created after \(trials.count) trials")
            }
            if let from = body.from, !trials.indices.contains(from) {
                throw JournalContradiction("trial \(body.trial) begins with trial \(from), which is not there")
            }
            trials.append(TrialState(body, of: id))
            waiting.insert(body.trial)
            counts.waiting += 1
            isSearchFinished = false
        case .finish:
            isSearchFinished = true
        case .pause(let number, let epoch):
            try changeOpen(number) { trial in
                trial.pauseAfter = epoch
                if trial.phase == .waiting, trial.isSavedForPause { trial.phase = .paused }
            }
        case .resume(let number, let until):
            try changeOpen(number) { trial in
                trial.pauseAfter = until
                if trial.phase == .paused, !trial.isSavedForPause { trial.phase = .waiting }
            }
        case .stop(let number):
            try changeOpen(number) { $0.stops = true }
        }
    }

    /// The study's number.
    package var id: StudyID { created?.id ?? .none }

    /// A row with the names of its metrics, and the table with the names that it adds.
    private func resolved(
        _ row: Row
    ) throws(JournalContradiction) -> (EpochResult, MetricTable, SharedMetricNames) {
        var (table, names) = (metrics, metricNames)
        guard row.metrics.count == row.values.count, row.metrics.allSatisfy({ 0..<table.count ~= $0 }) else {
            throw JournalContradiction("\(row.id) has a metric without a name in epoch \(row.epoch)")
        }
        var (numbers, values) = (row.metrics, row.values)
        for name in row.orderedNames {
            numbers.append(table.register(name))
            values.append(row.named[name]!)
        }
        let result = EpochResult(
            id: row.id, epoch: row.epoch, metrics: MetricValues(names.names(of: numbers, table), values),
            learningRate: row.learningRate ?? .nan, elapsedSeconds: row.elapsedSeconds)
        return (result, table, names)
    }

    private mutating func changeOpen(
        _ trial: Int, _ body: (inout TrialState) -> Void
    ) throws(JournalContradiction) {
        try change(trial) { trial throws(JournalContradiction) in
            guard !trial.isOver else { throw JournalContradiction("trial \(trial.number) is over") }
            body(&trial)
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
        counts[phase] -= 1
        counts[new] += 1
        if phase == .waiting { waiting.remove(trial) }
        if new == .waiting { waiting.insert(trial) }
        if phase == .running { running.remove(trial) }
        if new == .running { running.insert(trial) }
    }

    private mutating func changeRunning(
        _ id: AttemptID, _ body: (inout TrialState) throws(JournalContradiction) -> Void
    ) throws(JournalContradiction) {
        try change(id.trial) { trial throws(JournalContradiction) in
            guard trial.phase == .running, trial.id == id else {
                throw JournalContradiction("\(id) is not the running one")
            }
            try body(&trial)
        }
    }
}

/// How many of a study's trials are in each phase.
package struct PhaseCounts: Hashable, Sendable, Codable {
    package var waiting: Int
    package var running: Int
    package var paused: Int
    package var completed: Int
    package var failed: Int
    package var pruned: Int

    package init(
        waiting: Int = 0, running: Int = 0, paused: Int = 0, completed: Int = 0, failed: Int = 0, pruned: Int = 0
    ) {
        self.waiting = waiting
        self.running = running
        self.paused = paused
        self.completed = completed
        self.failed = failed
        self.pruned = pruned
    }

    package var over: Int { completed + failed + pruned }
    package var all: Int { waiting + running + paused + over }

    subscript(_ phase: TrialState.Phase) -> Int {
        get { self[keyPath: phase.count] }
        set { self[keyPath: phase.count] = newValue }
    }
}

extension TrialState.Phase {
    fileprivate var count: WritableKeyPath<PhaseCounts, Int> {
        switch self {
        case .waiting: \.waiting
        case .running: \.running
        case .paused: \.paused
        case .completed: \.completed
        case .failed: \.failed
        case .pruned: \.pruned
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

extension StudyState {
    /// A study as a snapshot has it.
    ///
    /// - Returns: nil where its parts do not go together.
    package init?(
        created: JournalRecord.StudyCreated?, trials: [TrialState], workers: [String: [String: String]],
        generation: Int, isPaused: Bool, isSearchFinished: Bool, metrics: MetricTable, rows: [[Row]]
    ) {
        guard rows.count == trials.count else { return nil }
        self.init()
        self.created = created
        self.workers = workers
        self.generation = generation
        self.isPaused = isPaused
        self.isSearchFinished = isSearchFinished
        self.metrics = metrics
        // A snapshot does not say which records it stands for.
        recent = RecentTrials(forgotten: 1)
        for (number, (var trial, rows)) in zip(trials, rows).enumerated() {
            guard trial.number == number else { return nil }
            for (index, row) in rows.enumerated() {
                guard row.id.trial == number, row.epoch == index + 1, row.named.isEmpty,
                    let (result, _, names) = try? resolved(row)
                else { return nil }
                trial.history.append(result)
                metricNames = names
            }
            self.trials.append(trial)
            counts[trial.phase] += 1
            checkpointBytes += trial.checkpointBytes
            openRows += trial.openRows
            if trial.phase == .waiting { waiting.insert(number) }
            if trial.phase == .running { running.insert(number) }
        }
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
