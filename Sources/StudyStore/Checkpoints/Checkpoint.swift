import Experiments
package import Studies

/// What is kept of a trial: its model, and, to go on with it, all else that its training depends on.
///
/// It is one HDF5 file; `Docs/formats.md` gives the layout. Arrays keep every bit, and are decoded in the order of
/// their names.
package struct Checkpoint: Hashable, Sendable {
    /// The experiment file of this one trial, every value filled in.
    package var experiment: String
    package var id: AttemptID
    package var seed: UInt64
    /// The last whole epoch; 0 before the first has ended.
    package var epoch: Int
    /// Named and laid out as PyTorch does: `0.weight` [out, in] or [out, in, height, width].
    package var modelState: [NamedArray]
    /// Nil in `last.h5`, and in files from before it was kept.
    package var preparation: Preparation?
    /// Nil in `best.h5`, which holds the model of the selected epoch and what using it needs.
    package var resume: Resume?

    package init(
        experiment: String, id: AttemptID, seed: UInt64, epoch: Int, modelState: [NamedArray],
        preparation: Preparation? = nil, resume: Resume? = nil
    ) {
        self.experiment = experiment
        self.id = id
        self.seed = seed
        self.epoch = epoch
        self.modelState = modelState
        self.preparation = preparation
        self.resume = resume
    }

    /// All that training needs to go on as if it had never stopped.
    ///
    /// There is no random state beside the seed: every draw is a function of the seed, its purpose and the step.
    package struct Resume: Hashable, Sendable {
        package var optimizerState: [NamedArray]
        /// The average of the weights; nil where none is kept.
        package var average: Average?
        /// The model of the selected epoch; nil where no epoch is selected, or where it is `modelState` itself.
        package var bestState: [NamedArray]?
        /// Optimizer steps so far.
        package var stepCount: Int
        package var position: Position
        package var stage: Stage
        /// The class that a teacher gave each unlabelled sample, -1 where it was not sure; nil where none did.
        package var pseudoLabels: [Int32]?
        package var selection: Selection
        /// Nil where the experiment has no such rule.
        package var earlyStopping: EarlyStopping?
        package var schedule: ScheduleState
        /// Seconds of training so far.
        package var elapsedSeconds: Double
        /// One row per whole epoch.
        package var history: [EpochResult]

        package init(
            optimizerState: [NamedArray], average: Average? = nil, bestState: [NamedArray]?, stepCount: Int,
            position: Position,
            stage: Stage = .model, pseudoLabels: [Int32]? = nil, selection: Selection, earlyStopping: EarlyStopping?,
            schedule: ScheduleState = ScheduleState(),
            elapsedSeconds: Double, history: [EpochResult]
        ) {
            self.optimizerState = optimizerState
            self.average = average
            self.bestState = bestState
            self.stepCount = stepCount
            self.position = position
            self.stage = stage
            self.pseudoLabels = pseudoLabels
            self.selection = selection
            self.earlyStopping = earlyStopping
            self.schedule = schedule
            self.elapsedSeconds = elapsedSeconds
            self.history = history
        }
    }

    /// An average of a model's weights over training.
    package struct Average: Hashable, Sendable {
        /// Named as the model's state.
        package var state: [NamedArray]
        /// How many states it is of.
        package var count: Int

        package init(state: [NamedArray], count: Int) {
            self.state = state
            self.count = count
        }
    }

    /// Which model is being trained.
    package enum Stage: String, Hashable, Sendable {
        /// The one that will label the unlabelled samples. Its epochs are no rows of the trial's.
        case teacher
        /// The trial's own.
        case model
    }

    /// Where training stands.
    package struct Position: Hashable, Sendable {
        /// The epoch that is being trained, or comes next, from 1.
        package var epoch: Int
        /// Steps of it that are done.
        package var step: Int
        /// The sum of the training loss over the samples of these steps.
        package var lossSum: Double
        /// How many samples these were.
        package var sampleCount: Int
        package var tallies: Tallies

        package init(
            epoch: Int, step: Int = 0, lossSum: Double = 0, sampleCount: Int = 0, tallies: Tallies = Tallies()
        ) {
            self.epoch = epoch
            self.step = step
            self.lossSum = lossSum
            self.sampleCount = sampleCount
            self.tallies = tallies
        }
    }

    /// What else the epoch's steps so far have added up.
    package struct Tallies: Hashable, Sendable, Codable {
        /// Labels that DisturbLabel left as they were.
        package var keptLabels: Int
        /// How many samples were predicted as what they were trained on; nil in checkpoints from before it was counted.
        package var right: Int?
        /// The loss of unlabelled samples against the labels that they were given, before it is weighted.
        package var unlabelledLossSum: Double
        package var unlabelledCount: Int
        /// How many of the given labels were right, of those whose truth is known.
        package var unlabelledRight: Int
        package var unlabelledKnown: Int

        package init(
            keptLabels: Int = 0, right: Int? = 0, unlabelledLossSum: Double = 0, unlabelledCount: Int = 0,
            unlabelledRight: Int = 0,
            unlabelledKnown: Int = 0
        ) {
            self.keptLabels = keptLabels
            self.right = right
            self.unlabelledLossSum = unlabelledLossSum
            self.unlabelledCount = unlabelledCount
            self.unlabelledRight = unlabelledRight
            self.unlabelledKnown = unlabelledKnown
        }

        private enum CodingKeys: String, CodingKey {
            case keptLabels = "kept_labels"
            case right
            case unlabelledLossSum = "unlabelled_loss_sum"
            case unlabelledCount = "unlabelled_count"
            case unlabelledRight = "unlabelled_right"
            case unlabelledKnown = "unlabelled_known"
        }
    }

    /// What a learning-rate schedule that looks at results has seen.
    package struct ScheduleState: Hashable, Sendable, Codable {
        /// The best monitored value; nil before the first.
        package var best: Double?
        /// Epochs without a better one.
        package var badEpochs: Int
        /// What the learning rate is multiplied by.
        package var factor: Double

        package init(best: Double? = nil, badEpochs: Int = 0, factor: Double = 1) {
            self.best = best
            self.badEpochs = badEpochs
            self.factor = factor
        }

        private enum CodingKeys: String, CodingKey {
            case best, factor
            case badEpochs = "bad_epochs"
        }
    }
}

/// An array of 32-bit numbers with its name and shape: how a checkpoint holds a model's and an optimizer's state.
package struct NamedArray: Hashable, Sendable {
    /// Unique within its group, and without a slash: `0.weight`, as PyTorch's `state_dict` names it.
    package var name: String
    /// The slowest dimension first; empty for a single number.
    package var shape: [Int]
    /// In row-major order.
    package var values: [Float]

    package init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}
