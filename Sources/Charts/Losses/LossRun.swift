package import Experiments

/// One trial's losses, epoch by epoch, and what became of it.
package struct LossRun: Hashable, Sendable {
    /// Epochs 1, 2, ...; may hold NaN and infinities.
    package let training: [Double]
    package let validation: [Double]
    /// The epoch that is kept; nil before one had a finite value.
    package let selectedEpoch: Int?
    /// Where early stopping ended training, or would have; nil where it did not.
    package let stop: Stop?

    package struct Stop: Hashable, Sendable {
        package let epoch: Int
        /// Whether training went on all the same.
        package let isOnlyNoted: Bool
        /// How many epochs had been waited for an improvement; nil where patience is not the rule.
        package let patience: Int?

        package init(epoch: Int, isOnlyNoted: Bool = false, patience: Int? = nil) {
            self.epoch = epoch
            self.isOnlyNoted = isOnlyNoted
            self.patience = patience
        }
    }

    package init(training: [Double], validation: [Double], selectedEpoch: Int?, stop: Stop? = nil) {
        self.training = training
        self.validation = validation
        self.selectedEpoch = selectedEpoch
        self.stop = stop
    }

    /// - Parameters:
    ///   - trial: finished or not.
    ///   - train: which epoch is kept, and when training stops.
    package init(_ trial: TrialState, train: TrainDescription) {
        training = trial.history.map { $0.metrics["train_loss"] ?? .nan }
        validation = trial.history.map { $0.metrics["validation_loss"] ?? .nan }
        selectedEpoch = trial.selection(train.select)?.epoch
        var patience: Int?
        if case .patience(let epochs, _) = train.earlyStopping?.rule { patience = epochs }
        if let outcome = trial.outcome, outcome.stopReason == .earlyStopping {
            stop = Stop(epoch: outcome.stopEpoch, patience: patience)
        } else if let epoch = trial.outcome?.wouldHaveStoppedAt {
            stop = Stop(epoch: epoch, isOnlyNoted: true, patience: patience)
        } else {
            stop = nil
        }
    }

    package var epochs: Int { max(training.count, validation.count) }
}
