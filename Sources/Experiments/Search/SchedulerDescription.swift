/// The `search.scheduler` section: which trials are cut short, and after how many epochs they are compared.
package enum SchedulerDescription: Hashable, Sendable {
    /// Asynchronous successive halving.
    case asha(Halving)
    /// Asynchronous successive halving in brackets that begin with more and more epochs.
    case hyperband(Halving)
    /// Trials that fall behind the median of those that are completed.
    case median(MedianStopping)
    /// All trials for some epochs, then the best of them to their end.
    case firstEpochs(FirstEpochs)

    /// Successive halving: of the trials that have `minEpochs`, `minEpochs * reductionFactor`, ... epochs, one in
    /// `reductionFactor` goes on.
    package struct Halving: Hashable, Sendable {
        package let minEpochs: Int
        package let reductionFactor: Int

        package init(minEpochs: Int, reductionFactor: Int) {
            self.minEpochs = minEpochs
            self.reductionFactor = reductionFactor
        }
    }

    package struct MedianStopping: Hashable, Sendable {
        /// Completed trials before the first is cut.
        package let minTrials: Int
        /// Epochs that each trial has at least.
        package let minEpochs: Int

        package init(minTrials: Int, minEpochs: Int) {
            self.minTrials = minTrials
            self.minEpochs = minEpochs
        }
    }

    package struct FirstEpochs: Hashable, Sendable {
        package let epochs: Int
        /// How many points are trained to their end.
        package let keep: Amount

        package init(epochs: Int, keep: Amount) {
            self.epochs = epochs
            self.keep = keep
        }
    }
}

extension SchedulerDescription {
    private enum Word: String, CaseIterable {
        case asha, hyperband, median
        case firstEpochs = "first_epochs"
    }

    /// - Parameter epochs: of the budget; nil where each trial of a program knows its own.
    init(reading section: Section, epochs: Int?) throws(ExperimentError) {
        let word: Word = try section.choice("kind", noun: "scheduler")
        section.kind = "scheduler \(word.rawValue)"
        let most = epochs ?? 1_000_000_000
        switch word {
        case .asha: self = .asha(try Halving(reading: section, most: most))
        case .hyperband: self = .hyperband(try Halving(reading: section, most: most))
        case .median:
            self = .median(
                MedianStopping(
                    minTrials: try section.int("min_trials", in: 1...1_000_000, default: 5),
                    minEpochs: try section.int("min_epochs", in: 1...most, default: 1)))
        case .firstEpochs:
            guard most > 1 else {
                throw section.error(at: "kind", "compares trials before their end, but they have one epoch")
            }
            self = .firstEpochs(
                FirstEpochs(
                    epochs: try section.int("epochs", in: 1...most - 1),
                    keep: try section.amount("keep", default: .count(1))))
        }
    }
}

extension SchedulerDescription.Halving {
    fileprivate init(reading section: Section, most: Int) throws(ExperimentError) {
        let factor = try section.int("reduction_factor", in: 2...1000, default: 3)
        let first = try section.int("min_epochs", in: 1...most, default: 1)
        guard first < most else {
            throw section.error(
                at: "min_epochs", "the first comparison comes after \(first) epochs, when trials of \(most) are over")
        }
        self.init(minEpochs: first, reductionFactor: factor)
    }
}
