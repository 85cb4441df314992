package import Experiments

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
    /// Nil in `best.h5`, which holds the model of the selected epoch and nothing else.
    package var resume: Resume?

    package init(
        experiment: String, id: AttemptID, seed: UInt64, epoch: Int, modelState: [NamedArray], resume: Resume? = nil
    ) {
        self.experiment = experiment
        self.id = id
        self.seed = seed
        self.epoch = epoch
        self.modelState = modelState
        self.resume = resume
    }

    /// All that training needs to go on as if it had never stopped.
    ///
    /// There is no random state beside the seed: every draw is a function of the seed, its purpose and the step.
    package struct Resume: Hashable, Sendable {
        package var optimizerState: [NamedArray]
        /// The model of the selected epoch; nil where no epoch is selected, or where it is `modelState` itself.
        package var bestState: [NamedArray]?
        /// Optimizer steps so far.
        package var stepCount: Int
        package var position: Position
        package var selection: Selection
        /// Nil where the experiment has no such rule.
        package var earlyStopping: EarlyStopping?
        package var schedule: ScheduleState
        /// Seconds of training so far.
        package var elapsedSeconds: Double
        /// One row per whole epoch.
        package var history: [EpochResult]

        package init(
            optimizerState: [NamedArray], bestState: [NamedArray]?, stepCount: Int, position: Position,
            selection: Selection, earlyStopping: EarlyStopping?, schedule: ScheduleState = ScheduleState(),
            elapsedSeconds: Double, history: [EpochResult]
        ) {
            self.optimizerState = optimizerState
            self.bestState = bestState
            self.stepCount = stepCount
            self.position = position
            self.selection = selection
            self.earlyStopping = earlyStopping
            self.schedule = schedule
            self.elapsedSeconds = elapsedSeconds
            self.history = history
        }
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

        package init(epoch: Int, step: Int = 0, lossSum: Double = 0, sampleCount: Int = 0) {
            self.epoch = epoch
            self.step = step
            self.lossSum = lossSum
            self.sampleCount = sampleCount
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
