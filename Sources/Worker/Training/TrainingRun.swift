import Architecture
import Compute
import Datasets
import Experiments
import StudyStore
package import Wire

/// One attempt of a trial, from its first step or from a checkpoint to its outcome; runs on one dedicated thread.
///
/// Where a teacher is to label the unlabelled samples, it is trained first. At the end the selected weights see the
/// test split, once.
package final class TrainingRun {
    let assign: CoordinatorMessage.Assign
    private let control: SlotControl
    let report: (SlotEvent) -> Void
    private let experiment: Experiment
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
    var lastCheckpoint: ContinuousClock.Instant
    private let progressInterval: Duration
    private var lastProgress: ContinuousClock.Instant

    /// - Throws: what is wrong with the experiment, the data or the checkpoint.
    private init(
        _ assign: CoordinatorMessage.Assign, checkpoint: [UInt8]?, cache: DataCache, control: SlotControl,
        progressInterval: Duration, report: @escaping (SlotEvent) -> Void
    ) throws {
        self.assign = assign
        self.progressInterval = progressInterval
        self.control = control
        self.report = report
        lastCheckpoint = began
        lastProgress = began
        let file = try ExperimentFile(text: assign.experiment, name: "trial \(assign.id.trial)")
        experiment = file.experiment
        data = try cache.data(for: experiment, digest: assign.dataDigest)
        courses = CourseFactory(
            experiment: experiment, data: data,
            model: try file.check(inputShape: data.sampleShape, classes: data.classes), seed: assign.seed)
        if let checkpoint = try checkpoint.map(Checkpoint.init(decoding:)) {
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
                labels = try data.labels(by: courses.givenTeacher(at: path), threshold: threshold)
            }
            course = try courses.model(labels: labels)
        }
    }

    /// Carries an attempt out until the budget, early stopping, an order or an error ends it; reports which, and
    /// never traps.
    ///
    /// - Parameter progressInterval: how often it reports how far it is; every step where it is zero.
    package static func perform(
        _ assign: CoordinatorMessage.Assign, checkpoint: [UInt8]?, cache: DataCache, control: SlotControl,
        progressInterval: Duration = .milliseconds(250), report: @escaping (SlotEvent) -> Void
    ) {
        var epoch = assign.resume?.epoch ?? 0
        do {
            let run = try TrainingRun(
                assign, checkpoint: checkpoint, cache: cache, control: control, progressInterval: progressInterval,
                report: report)
            defer { epoch = run.course.loop.position.epoch }
            try run.train()
        } catch {
            report(
                .finished(
                    TrialOutcome(
                        id: assign.id, state: .failed, stopReason: .error, stopEpoch: epoch, error: "\(error)")))
        }
    }

    private func train() throws {
        if stage == .teacher {
            guard try complete() else { return }
            try course.takeSelected()
            guard case .threshold(let threshold, _) = experiment.pseudoLabel?.kind else { return }
            labels = try data.labels(by: course.trainer, threshold: threshold)
            stage = .model
            course = try courses.model(labels: labels)
        }
        guard try complete() else { return }
        try saveBest()
        // A trial that early stopping ended has no more to train, whatever its budget becomes.
        if !course.earlyStopping.shouldStop {
            try saveLast()
        }
        try finish()
    }

    /// Runs the course to its end.
    ///
    /// - Returns: false where an order came between; it has then been carried out.
    private func complete() throws -> Bool {
        while !course.isOver {
            guard let result = try course.runEpoch(of: assign.id, elapsed: { elapsed }, shouldPause: shouldPause) else {
                try control.order == .abandon ? report(.left(assign.id)) : pause()
                return false
            }
            if stage == .model { report(.epochFinished(result)) }
            if ContinuousClock.now - lastCheckpoint >= experiment.checkpoint.every {
                try saveBest()
                try saveLast()
            }
        }
        return true
    }

    /// Asked before every step; tells how far it is on the way.
    private func shouldPause() -> Bool {
        let now = ContinuousClock.now
        if now - lastProgress >= progressInterval {
            lastProgress = now
            report(.progress(progress))
        }
        return control.order != .train
    }

    /// Lets the selected weights see the validation split once more, for its confusion matrix, and the test split.
    private func finish() throws {
        try course.takeSelected()
        let validation = try course.loop.evaluate(on: data.prepared.validation)
        let test = try course.loop.evaluate(on: data.prepared.test)
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

    private func pause() throws {
        try saveBest()
        try saveLast()
        report(.paused(assign.id))
    }

    var elapsed: Duration { elapsedBefore + (ContinuousClock.now - began) }

    private var progress: Progress {
        Progress(
            id: assign.id, epoch: course.loop.position.epoch, step: course.loop.position.step,
            steps: course.loop.stepsPerEpoch, patienceLeft: course.earlyStopping.patienceLeft,
            stage: stage == .teacher ? stage.rawValue : nil)
    }
}
