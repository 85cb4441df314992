package import Experiments
package import Studies

/// One trial's losses by epoch, with its selected epoch and its stop.
package struct LossRun: Hashable, Sendable {
    /// By epoch, from 1; may hold NaN and infinities.
    package let training: [Double]
    package let validation: [Double]
    /// The selected epoch; nil before one has a finite value.
    package let selectedEpoch: Int?
    /// The stop by early stopping, or the one that it would have made; nil without one.
    package let stop: Stop?

    package struct Stop: Hashable, Sendable {
        package let epoch: Int
        /// Whether training continued.
        package let isOnlyNoted: Bool
        /// The epochs that early stopping waited for an improvement; nil if patience is not its rule.
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
    ///   - train: the rules for the selected epoch and for early stopping.
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

/// One loss of all runs.
struct LossCurve {
    let name: String
    let ink: Ink
    let dash: Stroke.Dash?
    /// By run, then by epoch.
    let runs: [[Double]]

    /// The mean over all runs, for the epochs that all of them reached: beyond, it would jump when a run ends. The thick
    /// line shows it.
    var mean: [Double] {
        let shared = runs.map(\.count).min() ?? 0
        return (0..<shared).map { epoch in runs.reduce(0) { $0 + $1[epoch] } / Double(runs.count) }
    }

    /// The mean's last finite value.
    var end: (epoch: Int, value: Double)? {
        let mean = mean
        return mean.lastIndex(where: \.isFinite).map { ($0 + 1, mean[$0]) }
    }

    /// A curve's unbroken pieces of finite values, as (epoch, value).
    static func pieces(of values: [Double]) -> [[(epoch: Int, value: Double)]] {
        var pieces: [[(epoch: Int, value: Double)]] = []
        var piece: [(epoch: Int, value: Double)] = []
        for (index, value) in values.enumerated() {
            if value.isFinite {
                piece.append((index + 1, value))
            } else if !piece.isEmpty {
                pieces.append(piece)
                piece = []
            }
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }
}
