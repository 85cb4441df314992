import Compute
import Datasets
import Experiments

/// One model's training, epoch by epoch: after each it validates, keeps the weights of the best epoch so far, and asks
/// early stopping whether to go on.
///
/// A trial is one course, or two where a teacher comes first.
final class Course {
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
        guard
            let validation = try loop.evaluate(on: data.prepared.validation, shouldPause: shouldPauseEvaluation)
        else {
            // The epoch has no result yet: it is still to be judged.
            loop.position = loop.endOfEpoch ?? loop.position
            return nil
        }
        let epoch = history.count + 1
        var metrics = data.columns(validation, of: "validation")
        metrics.merge(summary.columns) { $1 }
        let result = EpochResult(
            id: id, epoch: epoch, metrics: metrics, learningRate: trainer.learningRate,
            elapsedSeconds: elapsed().inSeconds)
        history.append(result)
        let value = metrics[monitor] ?? .nan
        if selection.observe(epoch: epoch, value: value) {
            bestState = trainer.modelState()
        }
        earlyStopping.observe(epoch: epoch, value: value)
        loop.schedule.observe(epoch: epoch, monitored: value)
        return result
    }

    /// Gives the trainer the selected weights; it keeps the last ones where no epoch had a finite value.
    func takeSelected() throws {
        guard let bestState else { return }
        try trainer.load(modelState: bestState)
    }
}

extension EpochSummary {
    /// What of an epoch's training stands in the history.
    fileprivate var columns: [String: Double] {
        var columns = ["train_loss": meanLoss]
        columns["kept_label_share"] = keptLabelShare
        columns["pseudo_label_weight"] = pseudoLabels?.weight
        columns["pseudo_label_loss"] = pseudoLabels?.loss
        columns["pseudo_label_accuracy"] = pseudoLabels?.accuracy
        return columns
    }
}
