import Compute
import Datasets
import Experiments
import Studies
import Prediction
import StudyStore

/// One model's training, epoch by epoch: after each it validates, keeps the weights of the best epoch so far, and asks
/// early stopping whether to go on.
///
/// A trial is one session, or two where a teacher comes first.
final class TrainingSession {
    let trainer: Trainer
    let loop: TrainingLoop
    /// The most epochs to train.
    let epochs: Int
    var selection: Selection
    var earlyStopping: EarlyStopping
    var history: [EpochResult] = []
    /// The weights of the selected epoch; nil while no epoch had a finite value.
    var bestState: [NamedTensor]?
    private let data: TrialData
    private let monitor: String

    init(trainer: Trainer, loop: TrainingLoop, epochs: Int, train: TrainDescription, data: TrialData) {
        self.trainer = trainer
        self.loop = loop
        self.epochs = epochs
        self.data = data
        monitor = train.select.monitor
        selection = Selection(train.select)
        earlyStopping = EarlyStopping(train.earlyStopping, goal: train.select.goal)
    }

    var isOver: Bool { loop.position.epoch > epochs || earlyStopping.shouldStop }

    /// Trains what is left of an epoch, and validates.
    ///
    /// - Parameters:
    ///   - shouldPause: asked before every step.
    ///   - shouldPauseEvaluation: asked before every batch of the validation, with how many there were and will be.
    /// - Returns: nil where it was told to pause; going on from there leads to the same result.
    func runEpoch(
        of id: AttemptID, elapsed: () -> Duration, shouldPause: () -> Bool,
        shouldPauseEvaluation: (Int, Int) -> Bool
    ) throws -> EpochResult? {
        guard case .finished(let summary) = try loop.runEpoch(shouldPause: shouldPause) else { return nil }
        let judged = try withModel {
            try loop.evaluate(
                on: data.prepared.validation, scale: data.targetScale, shouldPause: shouldPauseEvaluation)
        }
        guard let validation = judged else {
            // The epoch has no result yet: it is still to be judged.
            loop.position = loop.endOfEpoch ?? loop.position
            return nil
        }
        let epoch = history.count + 1
        var metrics = data.columns(validation, of: "validation")
        metrics.merge(summary.columns) { $1 }
        let result = EpochResult(
            id: id, epoch: epoch, metrics: MetricValues(metrics), learningRate: trainer.learningRate,
            elapsedSeconds: elapsed().inSeconds)
        history.append(result)
        let value = metrics[monitor] ?? .nan
        if selection.observe(epoch: epoch, value: value) {
            bestState = withModel { trainer.modelState() }
        }
        earlyStopping.observe(epoch: epoch, value: value)
        loop.schedule.observe(epoch: epoch, monitored: value)
        return result
    }

    /// Runs `body` with the model that is judged and kept: the average of the weights, where one is.
    private func withModel<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let average = loop.average else { return try body() }
        return try average.applied(body)
    }

    /// Gives the trainer the selected weights; it keeps the last ones where no epoch had a finite value.
    func loadSelected() throws {
        guard let bestState else { return }
        try trainer.load(modelState: bestState)
    }
}

extension EpochSummary {
    /// What of an epoch's training stands in the history.
    fileprivate var columns: [String: Double] {
        var columns = ["train_loss": meanLoss]
        columns["train_accuracy"] = accuracy
        columns["kept_label_share"] = keptLabelShare
        columns["pseudo_label_weight"] = pseudoLabels?.weight
        columns["pseudo_label_loss"] = pseudoLabels?.loss
        columns["pseudo_label_accuracy"] = pseudoLabels?.accuracy
        return columns
    }
}

extension TrainingSession {
    /// All that going on from this step needs.
    ///
    /// - Parameter model: the trainer's model state.
    func resume(
        model: [NamedTensor], stage: Checkpoint.Stage, labels: [Int32]?, elapsedSeconds: Double
    ) -> Checkpoint.Resume {
        Checkpoint.Resume(
            optimizerState: trainer.optimizerState().map(NamedArray.init),
            average: loop.average.map { .init(state: $0.state().map(NamedArray.init), count: $0.count) },
            bestState: bestState == model ? nil : bestState?.map(NamedArray.init),
            stepCount: trainer.stepCount, position: .init(loop.position), stage: stage, pseudoLabels: labels,
            selection: selection, earlyStopping: earlyStopping, schedule: .init(loop.schedule.state),
            elapsedSeconds: elapsedSeconds, history: history)
    }

    /// Begins with the weights of another trial of the same model.
    ///
    /// - Throws: where they are another model's.
    func begin(with model: [NamedArray]) throws {
        try trainer.load(modelState: model.map(NamedTensor.init))
    }

    /// Goes on from a checkpoint.
    ///
    /// - Throws: where it is not one of this session's.
    func restore(_ resume: Checkpoint.Resume, model: [NamedArray], trial: Int) throws {
        guard resume.stepCount >= 0, resume.position.epoch >= 1,
            (0...loop.stepsPerEpoch).contains(resume.position.step)
        else {
            throw WorkerError.notResumable(trial: trial)
        }
        let model = model.map(NamedTensor.init)
        try trainer.load(modelState: model)
        try trainer.load(optimizerState: resume.optimizerState.map(NamedTensor.init))
        trainer.restore(stepCount: resume.stepCount)
        if let average = resume.average {
            try loop.average?.load(average.state.map(NamedTensor.init), count: average.count)
        }
        loop.position = EpochPosition(resume.position)
        selection = resume.selection
        earlyStopping = resume.earlyStopping ?? earlyStopping
        loop.schedule.state = .init(resume.schedule)
        history = resume.history
        bestState = resume.bestState?.map(NamedTensor.init) ?? (selection.bestEpoch == nil ? nil : model)
    }
}

extension Checkpoint.Position {
    fileprivate init(_ position: EpochPosition) {
        self.init(
            epoch: position.epoch, step: position.step, lossSum: position.lossSum, sampleCount: position.sampleCount,
            tallies: .init(
                keptLabels: position.keptLabels, right: position.right, unlabelledLossSum: position.unlabelled.lossSum,
                unlabelledCount: position.unlabelled.sampleCount, unlabelledRight: position.unlabelled.right,
                unlabelledKnown: position.unlabelled.known))
    }
}

extension EpochPosition {
    fileprivate init(_ position: Checkpoint.Position) {
        self.init(
            epoch: position.epoch, step: position.step, lossSum: position.lossSum, sampleCount: position.sampleCount,
            keptLabels: position.tallies.keptLabels, right: position.tallies.right ?? 0,
            unlabelled: UnlabelledSums(
                lossSum: position.tallies.unlabelledLossSum, sampleCount: position.tallies.unlabelledCount,
                right: position.tallies.unlabelledRight, known: position.tallies.unlabelledKnown))
    }
}

extension Checkpoint.ScheduleState {
    fileprivate init(_ state: LearningRateController.State) {
        self.init(best: state.best, badEpochs: state.badEpochs, factor: state.factor)
    }
}

extension LearningRateController.State {
    fileprivate init(_ state: Checkpoint.ScheduleState) {
        self.init(best: state.best, badEpochs: state.badEpochs, factor: state.factor)
    }
}

/// How often a trial is saved: as often as the experiment says, but in no more than a share of the time.
struct CheckpointPace {
    private let share: Double
    private var last = ContinuousClock.now
    private var cost = Duration.zero

    /// - Parameter share: of the time, above 0; far above 1 it is no bound.
    init(share: Double) {
        self.share = share
    }

    func isDue(every interval: Duration) -> Bool {
        ContinuousClock.now - last >= max(interval, cost / share)
    }

    /// Takes note of what saving costs.
    mutating func measure(_ body: () throws -> Void) rethrows {
        let began = ContinuousClock.now
        defer {
            last = .now
            cost = last - began
        }
        try body()
    }
}
