import Coordinator
import Experiments
import Studies
import Schema

/// What must hold in every schedule, checked as records become durable, as answers leave, and at the end.
final class Promises {
    private(set) var violation: String?
    private let epochs: Int
    private let settings: CoordinatorSettings
    /// Workers whose silence has a cause.
    var disturbed: Set<String> = []
    /// When the coordinator that works now was started.
    var started: Duration = .zero
    var now: Duration = .zero
    /// Trials whose checkpoint was damaged on purpose.
    var damaged: Set<TrialKey> = []
    /// How many attempts of each trial failed.
    private var failures: [TrialKey: Int] = [:]
    /// Every checkpoint that ever became durable.
    private var stored: Set<JournalRecord.FileStored> = []

    init(epochs: Int, settings: CoordinatorSettings) {
        self.epochs = epochs
        self.settings = settings
    }

    /// The first counts: all others may follow from it.
    func violate(_ what: String) {
        if violation == nil { violation = "after \(now): \(what)" }
    }

    private func require(_ condition: Bool, _ what: @autoclosure () -> String) {
        if !condition { violate(what()) }
    }

    // MARK: Records

    func recordBecameDurable(_ record: JournalRecord, before: StudyState, on disk: SimulatedDisk) {
        switch record {
        case .epochFinished(let row):
            let metrics = row.metrics(before.metrics)
            let undisturbed = PretendedTraining(TrialKey(row.id), epochs: row.epoch)
            require(metrics["loss"] == undisturbed.loss, "\(row.id) has a wrong loss in epoch \(row.epoch)")
            require(metrics["attempt"] == Double(row.id.attempt), "\(row.id) has a row of another attempt")
            let pause = before.trials[row.id.trial].pauseAfter ?? .max
            require(row.epoch <= pause, "\(row.id) was to pause after epoch \(pause)")
        case .fileStored(let stored):
            self.stored.insert(stored)
            judge(stored, before.trials[stored.id.trial], on: disk)
        case .fileRemoved(let removed):
            require(
                removed.kind == .last
                    && (before.trials[removed.trial].isOver || damaged.contains(TrialKey(before.id, removed.trial))),
                "\(removed.kind) of trial \(removed.trial) was removed")
        case .attemptEnded(let ended):
            let worker = before.trials[ended.id.trial].worker
            if ended.reason.isFailure {
                failures[TrialKey(ended.id), default: 0] += 1
                require(
                    disturbed.contains(worker),
                    "\(ended.id) ended as \(ended.reason) (\(ended.detail ?? "")), but its worker \(worker) was well")
            }
            if ended.reason == .orphaned {
                require(now - started >= settings.pool.grace, "\(ended.id) was orphaned \(now - started) after a start")
            }
        case .trialFinished(let finished):
            if finished.outcome.state == .failed {
                require(
                    failures[TrialKey(finished.outcome.id), default: 0] + 1 >= settings.study.maximumFailedAttempts,
                    "\(finished.outcome.id) failed: \(finished.outcome.error ?? "")")
            }
        case .attemptStarted(let started):
            let trial = before.trials[started.id.trial]
            let resumes = trial.last.map(\.epoch) ?? 0
            require(
                started.fromEpoch == resumes,
                "\(started.id) begins after epoch \(started.fromEpoch), its checkpoint is of epoch \(resumes)")
        case .trialRetried(let retried):
            require(before.trials[retried.trial].phase == .failed, "trial \(retried.trial) had not failed")
            failures[TrialKey(before.id, retried.trial)] = nil
        case .studyCreated, .decided, .trialReopened, .workerJoined, .coordinatorStarted, .studyPaused:
            break
        }
    }

    private func judge(_ stored: JournalRecord.FileStored, _ trial: TrialState, on disk: SimulatedDisk) {
        let file = stored.file
        guard let bytes = disk.bytes(of: file, trial: stored.id.trial), let content = PretendedTraining.Content(bytes)
        else { return violate("\(file.kind) of \(stored.id) is recorded, but not on disk") }
        require(content.trial == TrialKey(stored.id), "\(file.kind) of \(stored.id) is another trial's")
        require(content.attempt == stored.id.attempt, "\(file.kind) of \(stored.id) was written by \(content.attempt)")
        require(content.epoch == file.epoch, "\(file.kind) of \(stored.id) is of another epoch")
        if let old = file.kind == .best ? trial.best : trial.last {
            require(file.epoch >= old.epoch, "\(file.kind) of \(stored.id) went back to epoch \(file.epoch)")
        }
        require(file.epoch <= trial.history.count, "\(file.kind) of \(stored.id) is ahead of its epochs")
        if file.kind == .last, content.bestEpoch > 0 {
            require(
                trial.best?.epoch == content.bestEpoch,
                "last of \(stored.id) needs the best of epoch \(content.bestEpoch), not \(trial.best?.epoch ?? 0)")
        }
    }

    // MARK: Answers

    /// Everything that an answer claims is durable when it leaves.
    func leaves(_ message: CoordinatorMessage, to worker: String, on disks: [StudyID: SimulatedDisk]) {
        if case .drain(let drain) = message {
            require(
                drain.reason == .interrupted || disks.values.allSatisfy(\.state.isOver), "all is said to be finished")
        }
        if let durable = message.study.flatMap({ disks[$0]?.state }) { leaves(message, to: worker, durable) }
    }

    private func leaves(_ message: CoordinatorMessage, to worker: String, _ durable: StudyState) {
        switch message {
        case .epochStored(let stored):
            guard let trial = trial(stored.id, durable) else { return }
            require(
                trial.attempt > stored.id.attempt || trial.history.count >= stored.epoch,
                "\(stored.id) was told that epoch \(stored.epoch) is durable")
        case .fileStored(let stored):
            require(
                self.stored.contains(.init(id: stored.id, file: stored.file)),
                "\(stored.id) was told that \(stored.file.kind) is durable")
        case .outcomeStored(let id):
            require(trial(id, durable)?.outcome?.id == id, "\(id) was told that its outcome is durable")
        case .assign(let assign):
            guard let trial = trial(assign.id, durable) else { return }
            require(trial.attempt >= assign.id.attempt, "\(assign.id) was given out, but is not durable")
            guard trial.id == assign.id else { return }
            let model = trial.from.flatMap { durable.trials[$0].best }
            require(trial.last ?? model == assign.resume, "\(assign.id) is to go on from what was not acknowledged")
        case .abandon(let id):
            guard durable.trials.indices.contains(id.trial) else { return }
            let trial = durable.trials[id.trial]
            require(
                trial.id != id || trial.phase != .running || trial.worker != worker,
                "\(id) is to be abandoned by \(worker), whose it is")
        case .drain, .experiment, .welcome, .whoAreYou, .refused, .heartbeat, .received, .chunk, .dataFiles, .dataChunk,
            .recall, .prune:
            break
        }
    }

    /// A trial that an answer is about.
    private func trial(_ id: AttemptID, _ durable: StudyState) -> TrialState? {
        require(durable.trials.indices.contains(id.trial), "\(id) is told of, but its creation is not durable")
        return durable.trials.indices.contains(id.trial) ? durable.trials[id.trial] : nil
    }

    /// A training goes on from what was stored for it.
    func starts(_ assign: CoordinatorMessage.Assign, _ bytes: [UInt8]?) {
        guard let resume = assign.resume else { return require(bytes == nil, "\(assign.id) starts from something") }
        require(bytes.map(PretendedTraining.digest) == resume.sha256, "\(assign.id) starts from another checkpoint")
    }

    // MARK: The end

    /// The tables are those of an undisturbed run.
    func concludes(_ disk: SimulatedDisk, of plan: SimulationPlan) {
        let hasBudget = plan.settings.study.checkpointBudget != nil
        require(disk.state.trials.count == plan.trials, "\(disk.state.trials.count) trials were created")
        for trial in disk.state.trials where trial.phase != .failed {
            let isPruned = trial.outcome?.stopReason == .decision
            require(trial.phase == (isPruned ? .pruned : .completed), "trial \(trial.number) is \(trial.phase)")
            let epochs = isPruned ? 1 : epochs
            require(
                trial.history.map(\.epoch) == Array(1...epochs), "trial \(trial.number): \(trial.history.map(\.epoch))")
            let whole = PretendedTraining(TrialKey(trial.study, trial.number), epochs: epochs)
            require(trial.best?.epoch == whole.bestEpoch, "trial \(trial.number) has the best of another epoch")
            // Whose checkpoint is damaged while it is paused may be stopped then.
            let isDamaged = damaged.contains(TrialKey(trial.study, trial.number))
            require(
                trial.last?.epoch == epochs || isDamaged || hasBudget && trial.last == nil,
                "trial \(trial.number) has no last")
            for file in [trial.best, trial.last].compactMap({ $0 }) {
                require(
                    disk.bytes(of: file, trial: trial.number) != nil, "\(file.kind) of trial \(trial.number) is gone")
            }
            for (row, next) in zip(trial.history, trial.history.dropFirst()) {
                require(
                    row.id.attempt <= next.id.attempt, "trial \(trial.number) has rows of an older attempt after newer")
            }
        }
    }
}
