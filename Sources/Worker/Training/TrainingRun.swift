import Architecture
import Compute
import Datasets
import Experiments
import StudyStore
package import Wire

/// One attempt of a trial, from its first step or from a checkpoint to its outcome; runs on one dedicated thread.
///
/// Where a teacher is to label the unlabelled samples, it is trained first. At the end the selected weights see the
/// test split, once. Orders are heeded between steps and between batches of an evaluation, and progress is reported
/// there.
package final class TrainingRun {
    let assign: CoordinatorMessage.Assign
    let spool: Spool
    let control: SlotControl
    let report: (SlotEvent) -> Void
    let experiment: Experiment
    private let data: TrialData
    private let courses: CourseFactory
    let began = ContinuousClock.now

    /// Which of the trial's courses is run, or was the last.
    private(set) var stage: Checkpoint.Stage
    private(set) var course: Course
    /// What a teacher said of the unlabelled samples.
    private(set) var labels: PseudoLabels?
    /// Training time before this attempt's process.
    private var elapsedBefore: Duration = .zero
    var saving: CheckpointPace
    /// The epoch of the best weights that this attempt has saved.
    var savedBest: Int?
    let progress: ProgressReports
    /// What a dead worker of this machine had saved of the trial, further than what the coordinator has.
    private var kept: Spool.Found?

    /// - Throws: what is wrong with the experiment, the data or the checkpoint; ``Interruption``.
    private init(
        _ assign: CoordinatorMessage.Assign, checkpoint: SpooledFile?, cache: DataCache, spool: Spool,
        control: SlotControl, progressInterval: Duration, shareOfSaving: Double,
        report: @escaping (SlotEvent) -> Void
    ) throws {
        self.assign = assign
        self.spool = spool
        self.control = control
        self.report = report
        saving = CheckpointPace(share: shareOfSaving)
        progress = ProgressReports(of: assign.id, every: progressInterval, report: report)
        let file = try ExperimentFile(text: assign.experiment, name: "trial \(assign.id.trial)")
        experiment = file.experiment
        data = try cache.data(for: experiment, digest: assign.dataDigest)
        courses = CourseFactory(
            experiment: experiment, data: data,
            model: try file.check(inputShape: data.sampleShape, classes: data.classes), seed: assign.seed)
        let sent = try checkpoint.map { try Checkpoint(decoding: spool.read($0)) }
        let found = spool.findKept(assign, file)
        if let found, found.checkpoint.isAhead(of: sent) {
            kept = found
        } else if let found {
            // The coordinator had got it all the same.
            spool.discard(found)
        }
        if let checkpoint = kept?.checkpoint ?? sent {
            guard let resume = checkpoint.resume, checkpoint.id.trial == assign.id.trial else {
                throw WorkerError.notResumable(trial: assign.id.trial)
            }
            stage = resume.stage
            labels = resume.pseudoLabels.map(PseudoLabels.init(classes:))
            course = try stage == .teacher ? courses.teacher() : courses.model(labels: labels)
            try course.restore(resume, model: checkpoint.modelState, trial: assign.id.trial)
            elapsedBefore = .seconds(resume.elapsedSeconds)
        } else if case .threshold(_, .trained) = experiment.pseudoLabel?.kind {
            stage = .teacher
            course = try courses.teacher()
        } else {
            stage = .model
            if case .threshold(let threshold, .given(let path)) = experiment.pseudoLabel?.kind {
                let teacher = try courses.givenTeacher(at: cache.teacher(path, digest: assign.dataDigest))
                labels = try data.labels(by: teacher, threshold: threshold) { [progress, control] in
                    try progress.heed(control, stage: "labelling", done: $0, of: $1)
                }
            }
            course = try courses.model(labels: labels)
        }
    }

    /// Carries an attempt out until the budget, early stopping, an order or an error ends it; reports which, and
    /// never traps.
    ///
    /// - Parameters:
    ///   - checkpoint: what it goes on from; removed from the spool when it has been read.
    ///   - progressInterval: how often it reports how far it is; every step where it is zero.
    ///   - shareOfSaving: of the time, that checkpoints may take.
    package static func perform(
        _ assign: CoordinatorMessage.Assign, checkpoint: SpooledFile?, cache: DataCache, spool: Spool,
        control: SlotControl, progressInterval: Duration = .milliseconds(250), shareOfSaving: Double = 0.05,
        report: @escaping (SlotEvent) -> Void
    ) {
        var epoch = assign.resume?.epoch ?? 0
        do {
            let run = try TrainingRun(
                assign, checkpoint: checkpoint, cache: cache, spool: spool, control: control,
                progressInterval: progressInterval, shareOfSaving: shareOfSaving, report: report)
            if let checkpoint { spool.discard(checkpoint) }
            defer { epoch = run.course.loop.position.epoch }
            do {
                try run.deliverKept()
                try run.train()
            } catch is Interruption {
                try run.obey()
            }
        } catch is Interruption {
            // Nothing has been trained yet that could be saved.
            report(control.order == .abandon ? .left(assign.id) : .paused(assign.id))
        } catch {
            if let checkpoint { spool.discard(checkpoint) }
            report(
                .finished(
                    TrialOutcome(
                        id: assign.id, state: .failed, stopReason: .error, stopEpoch: epoch, error: "\(error)")))
        }
    }

    /// Reports the epochs that a dead worker has trained, and saves where it stood: nobody else knows of them.
    private func deliverKept() throws {
        guard let kept else { return }
        if stage == .model {
            for index in course.history.indices where course.history[index].epoch > assign.resume?.epoch ?? 0 {
                course.history[index].id = assign.id
                report(.epochFinished(course.history[index]))
            }
        }
        // Where the spool has no room, the only copy stays where it is.
        if try save() { spool.discard(kept) }
        // With it go its memory, and its lock.
        self.kept = nil
    }

    private func train() throws {
        if stage == .teacher {
            try complete()
            labels = try judging {
                guard case .threshold(let threshold, _) = experiment.pseudoLabel?.kind else { return nil }
                return try data.labels(by: course.trainer, threshold: threshold) {
                    try progress.heed(control, stage: "labelling", done: $0, of: $1)
                }
            }
            stage = .model
            course = try courses.model(labels: labels)
        }
        try complete()
        try saveFinal()
        try finish()
    }

    /// Runs the course to its end.
    ///
    /// - Throws: ``Interruption`` where an order came between; ``WorkerError`` with `nothingSelected` where no epoch has a
    ///   finite monitored value.
    private func complete() throws {
        while !course.isOver {
            let result = try course.runEpoch(
                of: assign.id, elapsed: { elapsed },
                shouldPause: {
                    progress.report(course, stage)
                    return control.order != .train || saving.isDue(every: experiment.checkpoint.every)
                },
                shouldPauseEvaluation: { done, all in
                    progress.report(course, stage: "validating", done: done, of: all)
                    return control.order != .train
                })
            if let result, stage == .model { report(.epochFinished(result)) }
            if result == nil, control.order != .train { throw Interruption() }
            if saving.isDue(every: experiment.checkpoint.every) { try save() }
        }
        let monitor = experiment.train.select.monitor
        guard course.selection.bestEpoch != nil else {
            throw WorkerError.nothingSelected(
                monitor: monitor, epochs: course.history.count, last: course.history.last?.metrics[monitor] ?? .nan,
                isTeacher: stage == .teacher)
        }
    }

    /// Lets the selected weights be asked; where an order comes between, the current ones are put back, so that they can
    /// be saved.
    private func judging<Result>(_ body: () throws -> Result) throws -> Result {
        let current = course.trainer.modelState()
        try course.takeSelected()
        do {
            return try body()
        } catch let interruption as Interruption {
            try course.trainer.load(modelState: current)
            throw interruption
        }
    }

    /// Lets the selected weights see the validation split once more, for its confusion matrix, and the test split.
    private func finish() throws {
        let (validation, test) = try judging {
            (
                try evaluate(on: data.prepared.validation, stage: "validating"),
                try evaluate(on: data.prepared.test, stage: "testing")
            )
        }
        var confusion: [String: ConfusionMatrix] = [:]
        confusion["validation"] = data.confusion(validation)
        confusion["test"] = data.confusion(test)
        report(
            .finished(
                TrialOutcome(
                    id: assign.id, state: .completed,
                    stopReason: course.earlyStopping.shouldStop ? .earlyStopping : .budget,
                    stopEpoch: course.history.count, wouldHaveStoppedAt: course.earlyStopping.wouldHaveStoppedAt,
                    testMetrics: data.columns(test, of: "test").merging(data.summary(test, of: "test")) { $1 },
                    confusion: confusion.isEmpty ? nil : confusion, pseudoLabels: data.tally(labels))))
    }

    private func evaluate(on part: Part, stage: String) throws -> Metrics {
        let metrics = try course.loop.evaluate(on: part) { done, all in
            progress.report(course, stage: stage, done: done, of: all)
            return control.order != .train
        }
        guard let metrics else { throw Interruption() }
        return metrics
    }

    /// Carries out the order that came between.
    private func obey() throws {
        guard control.order != .abandon else { return report(.left(assign.id)) }
        report(.paused(assign.id, isSaved: try save()))
    }

    var elapsed: Duration { elapsedBefore + (ContinuousClock.now - began) }
}
