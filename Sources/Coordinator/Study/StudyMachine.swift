import Schema
package import Search
package import Studies
import Experiments

/// A study without sockets, files, workers and clock: its trials, attempts, rows, checkpoints and decisions.
///
/// Only `append` changes what the study is. Whatever a worker says within the bounds of its messages, nothing here traps.
///
/// A class, since it is looked at for every message, and large: one coordinator's loop has it, and nobody else.
package final class StudyMachine: @unchecked Sendable {
    package private(set) var state: StudyState
    let settings: StudySettings
    /// What its workers read the trials' settings from.
    let experiment: CoordinatorMessage.StudyExperiment
    /// What decides on its trials; nil where all of them are there.
    private var search: (any TrialSearch)?
    /// Which coordinator of the study this is.
    let generation: Int
    /// Bytes received of each upload.
    var uploads: [UploadKey: Upload] = [:]
    /// Uploads that are whole, and of which the disk has not said yet what became of them.
    var publishing: Set<UploadKey> = [] {
        didSet { hasChanged = true }
    }
    /// The models of other trials that running trials were told to begin with.
    var beginnings: [Int: StoredFile] = [:]
    /// Finished trials that have a `last.h5`, oldest first: what the byte budget takes first.
    var removable: RemovableCheckpoints
    /// What it takes then.
    var models = RemovableModels()
    var budgetIsExceeded = false
    /// Why nothing can be made durable; nil where the disk is well.
    package internal(set) var diskTrouble: String? {
        didSet { hasChanged = true }
    }
    /// Whether what it has to give may be something else than before.
    private var hasChanged = true
    private var effects: [StudyEffect] = []

    struct Upload {
        var file: StoredFile
        var received: Int
    }

    package init(
        _ state: StudyState, settings: StudySettings, experiment: String = "", digest: String = "",
        search: (any TrialSearch)? = nil, generation: Int = 1
    ) {
        self.state = state
        self.settings = settings
        self.experiment = .init(study: state.id, digest: digest, text: experiment)
        self.search = search
        self.generation = generation
        removable = RemovableCheckpoints(state)
        uncreated = search?.remaining(state) ?? 0
    }

    package var id: StudyID { state.id }

    /// Whether every trial is over, and none will be created.
    package var isOver: Bool { hasNoOpenTrial && (search == nil || state.isSearchFinished && uncreated == 0) }

    // The counts alone: a copy of the whole state for each message is costly.
    private var hasNoOpenTrial: Bool { state.counts.over == state.trials.count }

    /// Trials that will be created, as far as that is known.
    package private(set) var uncreated = 0

    /// Whether there may be more or less to give since the last time; a row changes nothing.
    func drainChange() -> Bool {
        defer { hasChanged = false }
        return hasChanged
    }

    /// What is to be done since the last time.
    func drainEffects() -> [StudyEffect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    func perform(_ effect: StudyEffect) { effects.append(effect) }

    func append(_ record: JournalRecord, encoded: [UInt8] = []) {
        do {
            try state.apply(record)
        } catch {
            preconditionFailure("the coordinator contradicts itself: \(error)")
        }
        if case .epochFinished = record {} else { hasChanged = true }
        effects.append(.append(record, encoded: encoded))
    }

    /// Whether the attempt's worker is to save it and to hand it back.
    func wantsBack(_ id: AttemptID) -> Bool {
        guard isCurrent(id) else { return false }
        return state.isPaused || state.trials[id.trial].stops || state.trials[id.trial].isPauseDue
    }

    /// What a worker is told that is to give a trial back.
    func recall(of trial: TrialState) -> CoordinatorMessage { trial.stops ? .prune(trial.id) : .recall(trial.id) }

    func isCurrent(_ id: AttemptID) -> Bool {
        id.study == state.id && state.trials.indices.contains(id.trial) && state.trials[id.trial].phase == .running
            && state.trials[id.trial].attempt == id.attempt
    }

    /// A coordinator takes the study over; one that is over is not touched.
    func start(host: String, program: String, unix: Double) {
        // The last coordinator may have ended between a fact and what follows from it.
        decide(hasFreeSlot: false, unix: unix)
        guard !isOver else { return }
        append(
            .coordinatorStarted(.init(generation: generation, host: host, program: program, unix: unix)))
        makeRoom(for: 0, unix: unix)
    }

    // MARK: Decisions

    /// Lets the search decide as long as there is something to decide.
    func decide(hasFreeSlot: Bool, unix: Double) {
        var hasFreeSlot = hasFreeSlot
        while let next = search?.next(state, hasFreeSlot: hasFreeSlot) {
            append(.decided(.init(next.decision, reason: next.reason, unix: unix)))
            switch next.decision {
            // Enough for the slot that is free; but it may be told when to pause before it starts.
            case .create: hasFreeSlot = false
            case .finish: break
            case .pause(let trial, _), .stop(let trial): follow(trial, unix: unix)
            case .resume: break
            }
        }
        uncreated = search?.remaining(state) ?? 0
    }

    /// Carries out what has been decided about a trial: one that runs is recalled, one that is to end ends.
    private func follow(_ number: Int, unix: Double) {
        let trial = state.trials[number]
        guard trial.phase == .running else {
            if trial.stops, !trial.isOver { stop(trial, unix: unix) }
            return
        }
        if trial.stops || trial.isPauseDue { effects.append(.tell(trial.id, recall(of: trial))) }
    }

    /// Ends a trial with the epochs that it has.
    private func stop(_ trial: TrialState, unix: Double) {
        let outcome = TrialOutcome(
            id: trial.id, state: .pruned, stopReason: .decision, stopEpoch: trial.history.count)
        append(.trialFinished(.init(outcome: judged(outcome), unix: unix)))
        conclude(trial.number, unix: unix)
    }

    // MARK: Attempts

    /// Whether a worker could be given something.
    var offersTrials: Bool {
        diskTrouble == nil && !state.isPaused && (state.counts.waiting > waitingForDisk || uncreated > 0)
    }

    /// Waiting trials that the disk has still to answer for.
    private var waitingForDisk: Int {
        publishing.isEmpty ? 0 : Set(publishing.map(\.id.trial)).count { state.waiting.contains($0) }
    }

    /// A trial to be trained next: the lowest that waits, or one that the search creates.
    ///
    /// - Parameter isAvoided: whether it is for another worker.
    func nextTrial(unix: Double, isAvoided: (Int) -> Bool) -> Int? {
        if let number = waitingTrial(isAvoided) { return number }
        let count = state.trials.count
        decide(hasFreeSlot: true, unix: unix)
        return state.trials.count > count || !state.waiting.isEmpty ? waitingTrial(isAvoided) : nil
    }

    private func waitingTrial(_ isAvoided: (Int) -> Bool) -> Int? {
        var bound = 0
        while let number = state.waiting.first(from: bound) {
            if mayStart(number), !isAvoided(number) { return number }
            bound = number + 1
        }
        return nil
    }

    /// Whether the disk has said what became of all checkpoints of the trial's attempts before.
    func mayStart(_ number: Int) -> Bool {
        publishing.isEmpty || !publishing.contains { $0.id.trial == number }
    }

    /// Begins an attempt.
    ///
    /// - Returns: what its worker is told.
    func begin(_ number: Int, on worker: String, unix: Double) -> CoordinatorMessage.Assign {
        let trial = state.trials[number]
        // A salvaged journal may know of a checkpoint, but no longer of all the epochs before it.
        let last = trial.last.flatMap { $0.epoch <= trial.history.count ? $0 : nil }
        let resume = last ?? trial.from.flatMap { state.trials[$0].best }
        beginnings[number] = resume?.kind == .best ? resume : nil
        let id = AttemptID(study: state.id, trial: number, attempt: trial.attempt + 1)
        append(.attemptStarted(.init(id: id, worker: worker, fromEpoch: last?.epoch ?? 0, unix: unix)))
        return CoordinatorMessage.Assign(
            id: id, seed: trial.seed, experiment: experiment.digest, parameters: trial.assignment,
            dataDigest: state.created?.dataDigest ?? "", resume: resume, metrics: state.metrics.names,
            pauseAfter: trial.pauseAfter, replicate: trial.replicate)
    }

    /// Ends an attempt; a trial that has failed too often is failed.
    ///
    /// - Parameter process: how its worker's process ended, where that is known.
    func end(
        _ id: AttemptID, _ reason: JournalRecord.AttemptEnded.Reason, _ detail: String, process: ProcessEnd? = nil,
        unix: Double
    ) {
        release(id)
        let trial = state.trials[id.trial]
        let failures = trial.countedFailures + 1
        if reason.isFailure, failures >= settings.maximumFailedAttempts {
            let error =
                reason == .hung
                ? "\(detail), the last of \(failures) failed attempts"
                : Self.lossOfWorkers(failures, ends: trial.countedEnds + (process.map { [$0] } ?? []))
            append(.trialFinished(.init(outcome: .failed(id, after: trial.history.count, error), unix: unix)))
            return conclude(id.trial, unix: unix)
        }
        append(.attemptEnded(.init(id: id, reason: reason, detail: detail, process: process, unix: unix)))
        effects.append(.notify(.trialReturned(id, reason: reason, process: process)))
        follow(id.trial, unix: unix)
        decide(hasFreeSlot: false, unix: unix)
    }

    private func release(_ id: AttemptID) {
        effects.append(.release(id))
        discardUploads(of: id)
    }

    /// "lost its worker 5 times: signal 11 (SIGSEGV); ...".
    private static func lossOfWorkers(_ count: Int, ends: [ProcessEnd]) -> String {
        let times = count == 1 ? "once" : "\(count) times"
        guard !ends.isEmpty else { return "lost its worker \(times)" }
        let advice = Set(ends.map(\.advice))
        return "lost its worker \(times): \(ends.summary(of: count))"
            + (advice.count == 1 ? advice.first!.map { "; \($0)" } ?? "" : "")
    }

    // MARK: Rows and ends

    /// What became of a row or an outcome.
    enum Verdict: Hashable {
        /// It is recorded, now or before.
        case stored
        /// Something that came before it is missing: its sender sends both again.
        case early
        /// The study cannot take it, and the trial has failed.
        case failed
        /// No honest worker sends it.
        case refused(String)
    }

    /// Takes a row of an attempt that runs.
    ///
    /// - Parameters:
    ///   - encoded: its record's bytes.
    ///   - unix: the time, for decisions that follow from it.
    /// - Returns: and the numbers of its named metrics.
    func record(_ row: Row, encoded: [UInt8], unix: Double) -> (Verdict, metrics: [String: Int]) {
        let known = state.trials[row.id.trial].history.count
        guard row.epoch <= max(settings.epochs, known) else {
            return (.refused("\(row.id) has epoch \(row.epoch) of \(settings.epochs)"), [:])
        }
        guard row.metrics.allSatisfy({ $0 < state.metrics.count }) else {
            return (.refused("\(row.id) has a metric of a number that was never given"), [:])
        }
        let new = row.named.keys.filter { state.metrics.number(of: $0) == nil }.sorted()
        guard state.metrics.count + new.count <= MessageLimit.studyMetrics else {
            let reason =
                "a study has \(MessageLimit.studyMetrics) metrics at the most, and it reports others, such as \(new[0])"
            effects.append(.tell(row.id, .abandon(row.id)))
            append(.trialFinished(.init(outcome: .failed(row.id, after: known, reason), unix: unix)))
            release(row.id)
            conclude(row.id.trial, unix: unix)
            return (.failed, [:])
        }
        // A gap means that an earlier message was lost: the worker sends again what is not acknowledged.
        guard row.epoch <= known + 1 else { return (.early, [:]) }
        if row.epoch == known + 1 {
            append(.epochFinished(row), encoded: encoded)
            effects.append(.notify(.epochFinished(state.trials[row.id.trial].history.last!)))
            if search?.dependsOnResults == true { decide(hasFreeSlot: false, unix: unix) }
            follow(row.id.trial, unix: unix)
        }
        return (.stored, row.named.isEmpty ? [:] : numbers(of: row.named.keys))
    }

    private func numbers(of names: some Sequence<String>) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for name in names { numbers[name] = state.metrics.number(of: name) }
        return numbers
    }

    /// Takes the end of a trial whose attempt runs.
    func finish(_ outcome: TrialOutcome, unix: Double) -> Verdict {
        let id = outcome.id
        let known = state.trials[id.trial].history.count
        guard outcome.stopEpoch <= max(settings.epochs, known) + 1 else {
            return .refused("\(id) stopped at epoch \(outcome.stopEpoch) of \(settings.epochs)")
        }
        // A completed trial has every epoch: one that is missing comes again, and the outcome after it.
        if outcome.state == .completed, known != outcome.stopEpoch { return .early }
        append(.trialFinished(.init(outcome: judged(outcome), unix: unix)))
        release(id)
        conclude(id.trial, unix: unix)
        return .stored
    }

    /// Whether this is the end that the trial has.
    func hasFinished(_ id: AttemptID) -> Bool {
        state.trials.indices.contains(id.trial) && state.trials[id.trial].outcome?.id == id
    }

    /// A trial without a finite monitored value has no epoch to keep, and failed, whatever its worker calls that.
    private func judged(_ outcome: TrialOutcome) -> TrialOutcome {
        guard outcome.state == .completed, let rule = settings.terms?.rule,
            state.trials[outcome.id.trial].selection(rule) == nil
        else {
            return outcome
        }
        return .failed(
            outcome.id, after: outcome.stopEpoch,
            "no epoch has a finite \(rule.monitor), so that there is no model to keep")
    }

    /// A trial is over.
    private func conclude(_ number: Int, unix: Double) {
        let outcome = state.trials[number].outcome!
        effects.append(.notify(.trialFinished(outcome)))
        if state.trials[number].last != nil {
            if outcome.state != .failed, !settings.keepsLast {
                giveUp(.last, of: number, .finished, unix: unix)
            } else {
                removable.append(number)
            }
        }
        effects.append(.storeWhenDurable(.finishTrial(number)))
        makeRoom(for: 0, unix: unix)
        decide(hasFreeSlot: false, unix: unix)
    }

    // MARK: What people ask for

    /// - Returns: whether anything changes.
    func setPaused(_ paused: Bool, unix: Double) -> Bool {
        guard paused != state.isPaused, !isOver else { return false }
        append(.studyPaused(.init(paused: paused, unix: unix)))
        effects.append(.notify(.paused(paused)))
        return true
    }

    /// Lets failed trials try again, from their last checkpoint; those that have not failed are left as they are.
    ///
    /// - Parameter trials: nil for all that have failed.
    func retry(_ trials: [Int]?, unix: Double) {
        for number in (trials ?? Array(state.trials.indices)).sorted()
        where state.trials.indices.contains(number) && state.trials[number].phase == .failed {
            append(.trialRetried(.init(trial: number, unix: unix)))
            effects.append(.notify(.trialRetried(trial: number)))
        }
    }

    /// Why trials cannot be let try again; nil where they can.
    func refusalToRetry(_ trials: [Int]?) -> String? {
        if isOver { return "it is ending; ask again when it has ended" }
        for number in trials ?? [] {
            guard state.trials.indices.contains(number) else {
                return "there is no trial \(number); they are numbered 0 to \(state.trials.count - 1)"
            }
            guard state.trials[number].phase != .completed else { return "trial \(number) is completed" }
        }
        return nil
    }

    /// A worker that was not known before.
    func note(_ worker: String, environment: [String: String], unix: Double) {
        // A name is new with every process, and its environment never changes.
        guard state.workers[worker] == nil else { return }
        append(.workerJoined(.init(worker: worker, environment: environment, unix: unix)))
    }

    /// What the study's programs find on a worker, which says so more than once.
    func note(_ worker: String, programEnvironment: [String: String], packages: [UInt8], unix: Double) {
        guard let known = state.workers[worker], !programEnvironment.keys.contains(where: { known[$0] != nil }),
            known.count + programEnvironment.count <= MessageLimit.environment
        else { return }
        let environment = known.merging(programEnvironment) { first, _ in first }
        append(.workerJoined(.init(worker: worker, environment: environment, unix: unix)))
        if !packages.isEmpty { effects.append(.store(.packages(packages))) }
    }
}
