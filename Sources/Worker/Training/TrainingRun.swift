import Architecture
import Compute
import Datasets
import Experiments
package import Wire

/// One attempt of a trial, from its first step or from a checkpoint to its outcome; runs on one dedicated thread.
///
/// After every epoch it validates, keeps the weights of the best epoch so far, and asks early stopping whether to go
/// on; at the end the kept weights see the test split, once.
package final class TrainingRun {
    let assign: CoordinatorMessage.Assign
    private let control: SlotControl
    let report: (SlotEvent) -> Void
    private let experiment: Experiment
    private let data: TrialData
    let trainer: Trainer
    let loop: TrainingLoop
    let began = ContinuousClock.now

    var selection: Selection
    var earlyStopping: EarlyStopping
    var history: [EpochResult] = []
    /// The weights of the selected epoch; nil while no epoch had a finite value.
    var bestState: [NamedTensor]?
    /// Training time before this attempt's process.
    var elapsedBefore: Duration = .zero
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
        let model = try file.check(inputShape: data.sampleShape, classes: data.classes)
        let batchSize = min(experiment.data.batchSize, data.counts.training)
        trainer = try Trainer(
            model: model, loss: experiment.loss.resolved(classCounts: data.trainingClassCounts),
            optimizer: experiment.optimizer, batchSize: batchSize, seed: assign.seed)
        loop = try TrainingLoop(
            trainer: trainer, training: data.prepared.training, batchSize: batchSize, seed: assign.seed,
            schedule: experiment.optimizer.schedule,
            goal: experiment.train.select.goal == .minimize ? .minimize : .maximize)
        selection = Selection(experiment.train.select)
        earlyStopping = EarlyStopping(experiment.train.earlyStopping, goal: experiment.train.select.goal)
        if let checkpoint {
            try restore(checkpoint)
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
            defer { epoch = run.loop.position.epoch }
            try run.train()
        } catch {
            report(
                .finished(
                    TrialOutcome(
                        id: assign.id, state: .failed, stopReason: .error, stopEpoch: epoch, error: "\(error)")))
        }
    }

    private func train() throws {
        while loop.position.epoch <= experiment.train.epochs, !earlyStopping.shouldStop {
            switch try loop.runEpoch(shouldPause: shouldPause) {
            case .paused:
                return try control.order == .abandon ? report(.left(assign.id)) : pause()
            case .finished(let meanLoss):
                try finishEpoch(trainLoss: meanLoss)
            }
            if ContinuousClock.now - lastCheckpoint >= experiment.checkpoint.every {
                try saveBest()
                try saveLast()
            }
        }
        try saveBest()
        // A trial that early stopping ended has no more to train, whatever its budget becomes.
        if !earlyStopping.shouldStop {
            try saveLast()
        }
        try finish()
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

    /// Validates after an epoch, and reports it.
    private func finishEpoch(trainLoss: Double) throws {
        let epoch = history.count + 1
        var metrics = data.columns(try loop.evaluate(on: data.prepared.validation), of: "validation")
        metrics["train_loss"] = trainLoss
        let result = EpochResult(
            id: assign.id, epoch: epoch, metrics: metrics, learningRate: trainer.learningRate,
            elapsedSeconds: elapsed.inSeconds)
        history.append(result)
        let value = metrics[experiment.train.select.monitor] ?? .nan
        if selection.observe(epoch: epoch, value: value) {
            bestState = trainer.modelState()
        }
        earlyStopping.observe(epoch: epoch, value: value)
        loop.schedule.observe(epoch: epoch, monitored: value)
        report(.epochFinished(result))
    }

    /// Lets the selected weights see the test split.
    private func finish() throws {
        if let bestState {
            try trainer.load(modelState: bestState)
        }
        let test = data.columns(try loop.evaluate(on: data.prepared.test), of: "test")
        report(
            .finished(
                TrialOutcome(
                    id: assign.id, state: .completed,
                    stopReason: earlyStopping.shouldStop ? .earlyStopping : .budget,
                    stopEpoch: history.count, wouldHaveStoppedAt: earlyStopping.wouldHaveStoppedAt,
                    testMetrics: test)))
    }

    private func pause() throws {
        try saveBest()
        try saveLast()
        report(.paused(assign.id))
    }

    var elapsed: Duration { elapsedBefore + (ContinuousClock.now - began) }

    private var progress: Progress {
        Progress(
            id: assign.id, epoch: loop.position.epoch, step: loop.position.step, steps: loop.stepsPerEpoch,
            patienceLeft: earlyStopping.patienceLeft)
    }
}
