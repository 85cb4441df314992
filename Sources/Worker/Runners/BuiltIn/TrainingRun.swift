import Architecture
import Compute
import Datasets
package import Experiments
import Studies
import StudyStore
import Synchronization
import Schema

/// One attempt of a trial, from its first step or from a checkpoint to its outcome; runs on one dedicated thread.
///
/// Where a teacher is to label the unlabelled samples, it is trained first. At the end the selected weights see the
/// test split, once. Orders are heeded between steps and between batches of an evaluation, and progress is reported
/// there.
final class TrainingRun {
    let attempt: TrialAttempt
    /// The trial's file, as its checkpoints hold it.
    private(set) lazy var resolved = attempt.file.resolvedYAML()
    var assign: CoordinatorMessage.Assign { attempt.assign }
    var spool: Spool { attempt.spool }
    let control: RunControl
    let report: (RunnerEvent) -> Void
    let experiment: Experiment
    let data: TrialData
    private let sessions: TrainingSessionFactory
    let began = ContinuousClock.now

    /// Which of the trial's sessions is run, or was the last.
    private(set) var stage: Checkpoint.Stage
    private(set) var session: TrainingSession
    /// What a teacher said of the unlabelled samples.
    private(set) var labels: PseudoLabels?
    /// Training time before this attempt's process.
    private var elapsedBefore: Duration = .zero
    let software: [String: String]
    var saving: CheckpointPace
    /// The epoch of the best weights that this attempt has saved.
    var savedBest: Int?
    /// What the selected model's outputs are divided by to be calibrated; nil before it is known, and of a regression.
    private(set) var temperature: Double?
    let progress: ProgressReports
    /// What a dead worker of this machine had saved of the trial, further than what the coordinator has.
    private var kept: Spool.Found?

    /// - Throws: what is wrong with the experiment, the data or the checkpoint; ``Interruption``.
    private init(
        _ attempt: TrialAttempt, cache: DataCache, control: RunControl, progressInterval: Duration,
        shareOfSaving: Double, software: [String: String], report: @escaping (RunnerEvent) -> Void
    ) throws {
        self.attempt = attempt
        let (assign, file, spool) = (attempt.assign, attempt.file, attempt.spool)
        self.control = control
        self.report = report
        self.software = software
        saving = CheckpointPace(share: shareOfSaving)
        progress = ProgressReports(of: assign.id, every: progressInterval, report: report)
        experiment = file.experiment
        data = try cache.data(for: experiment, digest: assign.dataDigest)
        sessions = TrainingSessionFactory(
            experiment: experiment, data: data,
            model: try file.check(with: data.sampleFacts), seed: assign.seed,
            pretrained: try experiment.builtIn.model.pretrained.map {
                try GivenModel(
                    GivenModelFile(use: .pretrained, path: cache.givenModel($0, digest: assign.dataDigest)))
            })
        let sent = try attempt.checkpoint.map { try Checkpoint(decoding: spool.read($0)) }
        let found = spool.findKept(assign, file)
        if let found, found.checkpoint.isAhead(of: sent) {
            kept = found
        } else if let found {
            // The coordinator had got it all the same.
            spool.discard(found)
        }
        let isWarmStart = kept == nil && assign.resume?.kind == .best
        if let checkpoint = kept?.checkpoint ?? sent, !isWarmStart {
            guard let resume = checkpoint.resume, checkpoint.id.trial == assign.id.trial else {
                throw WorkerError.notResumable(trial: assign.id.trial)
            }
            stage = resume.stage
            labels = resume.pseudoLabels.map(PseudoLabels.init(classes:))
            session = try stage == .teacher ? sessions.teacher() : sessions.model(labels: labels)
            try session.restore(resume, model: checkpoint.modelState, trial: assign.id.trial)
            elapsedBefore = .seconds(resume.elapsedSeconds)
        } else if case .threshold(_, .trained) = experiment.builtIn.pseudoLabel?.kind {
            stage = .teacher
            session = try sessions.teacher()
        } else {
            stage = .model
            if case .threshold(let threshold, .given(let path)) = experiment.builtIn.pseudoLabel?.kind {
                let teacher = try sessions.givenTeacher(at: cache.givenModel(path, digest: assign.dataDigest))
                labels = try data.labels(by: teacher, threshold: threshold) { [progress, control] in
                    try progress.heed(control, stage: "labelling", done: $0, of: $1)
                }
            }
            session = try sessions.model(labels: labels)
        }
        if isWarmStart, let sent { try session.begin(with: sent.modelState) }
    }

    /// Carries an attempt out until the budget, early stopping, an order or an error ends it.
    ///
    /// - Parameters:
    ///   - progressInterval: how often it reports how far it is; every step where it is zero.
    ///   - shareOfSaving: of the time, that checkpoints may take.
    ///   - software: the program and its libraries.
    static func perform(
        _ attempt: TrialAttempt, cache: DataCache, control: RunControl, progressInterval: Duration,
        shareOfSaving: Double, software: [String: String], report: @escaping (RunnerEvent) -> Void
    ) {
        let (assign, spool, checkpoint) = (attempt.assign, attempt.spool, attempt.checkpoint)
        var epoch = assign.resumedEpoch
        do {
            let run = try TrainingRun(
                attempt, cache: cache, control: control, progressInterval: progressInterval,
                shareOfSaving: shareOfSaving, software: software, report: report)
            if let checkpoint { spool.discard(checkpoint) }
            defer { epoch = run.session.loop.position.epoch }
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
            report(.finished(.failed(assign.id, after: epoch, "\(error)")))
        }
    }

    /// Reports the epochs that a dead worker has trained, and saves where it stood: nobody else knows of them.
    private func deliverKept() throws {
        guard let kept else { return }
        if stage == .model {
            for index in session.history.indices where session.history[index].epoch > assign.resumedEpoch {
                session.history[index].id = assign.id
                report(.epochFinished(session.history[index]))
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
                guard case .threshold(let threshold, _) = experiment.builtIn.pseudoLabel?.kind else { return nil }
                return try data.labels(by: session.trainer, threshold: threshold) {
                    try progress.heed(control, stage: "labelling", done: $0, of: $1)
                }
            }
            stage = .model
            session = try sessions.model(labels: labels)
        }
        try complete()
        try calibrate()
        try saveFinal()
        try finish()
    }

    /// Runs the session to its end.
    ///
    /// - Throws: ``Interruption`` where an order came between; ``WorkerError`` with `nothingSelected` where no epoch has a
    ///   finite monitored value.
    private func complete() throws {
        while !session.isOver {
            let result = try session.runEpoch(
                of: assign.id, elapsed: { elapsed },
                shouldPause: {
                    progress.report(session, stage)
                    return control.order != .run || saving.isDue(every: experiment.checkpoint.every)
                },
                shouldPauseEvaluation: { done, all in
                    progress.report(session, stage: "validating", done: done, of: all)
                    return control.order != .run
                })
            if let result, stage == .model { report(.epochFinished(result)) }
            if result == nil, control.order != .run { throw Interruption() }
            if let epoch = assign.pauseAfter, result != nil, stage == .model, session.history.count >= epoch,
                !session.isOver
            {
                throw Interruption()
            }
            if saving.isDue(every: experiment.checkpoint.every) { try save() }
        }
        let monitor = experiment.train.select.monitor
        guard session.selection.bestEpoch != nil else {
            throw WorkerError.nothingSelected(
                monitor: monitor, epochs: session.history.count, last: session.history.last?.metrics[monitor] ?? .nan,
                isTeacher: stage == .teacher)
        }
    }

    /// Lets the selected weights be asked; where an order comes between, the current ones are put back, so that they can
    /// be saved.
    private func judging<Result>(_ body: () throws -> Result) throws -> Result {
        let current = session.trainer.modelState()
        try session.loadSelected()
        do {
            return try body()
        } catch let interruption as Interruption {
            try session.trainer.load(modelState: current)
            throw interruption
        }
    }

    /// Finds, on the validation split, how sure the selected model should be.
    private func calibrate() throws {
        let validation = data.prepared.validation
        guard case .classes(let labels, names: _) = validation.targets else { return }
        let current = session.trainer.modelState()
        let outputs = try judging { try self.outputs(on: validation, stage: "validating") }
        // What goes on with a larger budget is the weights as they are.
        try session.trainer.load(modelState: current)
        temperature = Temperature.fitted(outputs: outputs, labels: labels)
        // The model is saved once more, with it.
        savedBest = nil
    }

    /// Lets the selected weights see the validation split once more, for its confusion matrix, and the test split.
    private func finish() throws {
        let parts = data.prepared
        // The temperature was fitted on the validation split, where it says nothing about other samples.
        var testOutputs: [Float] = []
        let (validation, test) = try judging {
            (
                try evaluate(on: parts.validation, stage: "validating"),
                try evaluate(on: parts.test, stage: "testing") { if temperature != nil { testOutputs += $0 } }
            )
        }
        var confusion: [String: ConfusionMatrix] = [:]
        confusion["validation"] = data.confusion(validation)
        confusion["test"] = data.confusion(test)
        var reliability: [String: Reliability] = [:]
        reliability["validation"] = Reliability(validation, on: parts.validation)
        reliability["test"] = Reliability(test, on: parts.test, outputs: testOutputs, temperature: temperature)
        report(
            .finished(
                TrialOutcome(
                    id: assign.id, state: .completed,
                    stopReason: session.earlyStopping.shouldStop ? .earlyStopping : .budget,
                    stopEpoch: session.history.count, wouldHaveStoppedAt: session.earlyStopping.wouldHaveStoppedAt,
                    testMetrics: data.columns(test, of: "test").merging(data.summary(test, of: "test")) { $1 },
                    confusion: confusion.isEmpty ? nil : confusion,
                    reliability: reliability.isEmpty ? nil : reliability, pseudoLabels: data.tally(labels))))
    }

    /// The outputs of the model as it is for each sample of a part.
    private func outputs(on part: Part, stage: String) throws -> [Float] {
        var outputs: [Float] = []
        try session.trainer.predict(on: part) { done, all in
            progress.report(session, stage: stage, done: done, of: all)
            guard control.order == .run else { throw Interruption() }
        } each: { _, values in
            outputs += values
        }
        return outputs
    }

    private func evaluate(
        on part: Part, stage: String, each: (UnsafeBufferPointer<Float>) -> Void = { _ in }
    ) throws -> Metrics {
        let metrics = try session.loop.evaluate(
            on: part, scale: data.targetScale,
            shouldPause: { done, all in
                progress.report(session, stage: stage, done: done, of: all)
                return control.order != .run
            }, each: each)
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

/// An order came, and what was being done was given up.
struct Interruption: Error {}

/// Why a worker cannot train a trial that it was given.
package enum WorkerError: Error, Hashable, CustomStringConvertible {
    /// The data here are not those that the study began with.
    case otherData(String)
    /// The program's files here are not those that the study began with.
    case otherProgram
    /// A file of the program cannot be used.
    case programFile(String, String)
    /// The checkpoint holds a model, but not what resuming needs.
    case notResumable(trial: Int)
    /// A checkpoint that the experiment names is none, or another model's.
    case givenModel(GivenModelFile, String)
    /// No epoch can be kept: the monitored value was never a finite number.
    case nothingSelected(monitor: String, epochs: Int, last: Double, isTeacher: Bool)

    package var description: String {
        switch self {
        case .otherData(let source):
            "data.source \(source): the data on this machine are not those that the study began with"
        case .otherProgram:
            "program.files: the files on this machine are not those that the study began with"
        case .programFile(let path, let reason):
            "program.files: \(path): \(reason)"
        case .notResumable(let trial):
            "trial \(trial): its checkpoint has no optimizer state to go on from"
        case .nothingSelected(let monitor, let epochs, let last, let isTeacher):
            "train.select.monitor: \(monitor) of \(isTeacher ? "the teacher" : "the trial") was not a finite number in "
                + "\(epochs == 1 ? "its only epoch" : "any of its \(epochs) epochs") (\(last) in the last), so that there "
                + "is no model to keep and to test; monitor another metric, or see whether the validation part is too "
                + "small or its targets do not vary"
        case .givenModel(let file, let reason):
            "\(file.use.rawValue): \(file.path): \(reason)"
        }
    }
}
