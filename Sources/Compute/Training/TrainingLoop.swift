public import Architecture
internal import Random

/// Trains epoch by epoch: every sample once per epoch, in an order that the seed and the epoch fix.
///
/// It can be paused before any step; ``position``, with the trainer's states, is all that going on needs.
public final class TrainingLoop {
    public let trainer: Trainer
    /// Where training is; set it to go on from there.
    public var position = EpochPosition()
    /// How the learning rate goes; tell it of each epoch's monitored value where it looks at results.
    public var schedule: LearningRateController

    private let training: any SampleSource
    private let recipe: TrainingRecipe
    private let batchSize: Int
    private let seed: UInt64
    private let batch: SampleBatch
    /// The order of the epoch that it was drawn for.
    private var order: (epoch: Int, indices: [Int]) = (0, [])

    /// - Throws: ``TrainingError`` with `unfitSamples` where there are none, or where their features or targets do not
    ///   fit the model, and `compute` for a batch size that the trainer does not take.
    public init(
        trainer: Trainer, training: some SampleSource, batchSize: Int, seed: UInt64,
        schedule: LearningRateSchedule = .constant, goal: LearningRateController.Goal = .minimize,
        recipe: TrainingRecipe = TrainingRecipe()
    ) throws(TrainingError) {
        guard (1...trainer.batchSize).contains(batchSize) else {
            throw .compute(
                ComputeError(
                    .invalidSetting, "start training",
                    "the batch size must be 1 to \(trainer.batchSize), not \(batchSize)"))
        }
        try training.requireFit(for: trainer)
        try training.requireBatches(of: batchSize, for: trainer.model)
        self.trainer = trainer
        self.training = training
        self.recipe = recipe
        self.batchSize = batchSize
        self.seed = seed
        self.schedule = LearningRateController(
            schedule: schedule, learningRate: trainer.learningRate,
            stepsPerEpoch: (training.count + batchSize - 1) / batchSize, goal: goal)
        batch = SampleBatch(capacity: trainer.batchSize, featureCount: training.featureCount, task: training.task)
    }

    /// Steps in an epoch, the last one's batch smaller where the samples do not divide.
    public var stepsPerEpoch: Int { (training.count + batchSize - 1) / batchSize }

    /// Runs what is left of the epoch at ``position``, which then stands at the next epoch's beginning.
    ///
    /// - Parameter shouldPause: asked before every step.
    /// - Throws: ``TrainingError`` with `nonFiniteLoss` where training diverges; the position stays at that step.
    public func runEpoch(shouldPause: () -> Bool = { false }) throws(TrainingError) -> EpochOutcome {
        if order.epoch != position.epoch {
            var random = RandomStream(seed: seed, stream: .shuffle, step: position.epoch)
            order = (position.epoch, random.permutation(of: training.count))
        }
        while position.step * batchSize < training.count {
            if shouldPause() { return .paused }
            let start = position.step * batchSize
            let indices = order.indices[start..<min(start + batchSize, training.count)]
            let (features, targets) = batch.gather(indices, step: trainer.stepCount, from: training)
            (trainer.learningRate, trainer.momentum) = schedule.rate(epoch: position.epoch, step: position.step)
            let loss: Double
            do {
                loss = try trainer.step(features: features, targets: targets, count: indices.count)
            } catch {
                throw .compute(error)
            }
            guard loss.isFinite else {
                throw .nonFiniteLoss(epoch: position.epoch, step: position.step, value: loss)
            }
            position.step += 1
            position.lossSum += loss * Double(indices.count)
            position.sampleCount += indices.count
        }
        let meanLoss = position.lossSum / Double(position.sampleCount)
        position = EpochPosition(epoch: position.epoch + 1)
        return .finished(EpochSummary(meanLoss: meanLoss))
    }

    /// Loss and metrics of the model as it is on other samples, in their order and with dropout off.
    ///
    /// - Throws: ``TrainingError`` with `unfitSamples` where there are none, or where they do not fit the model.
    public func evaluate(on samples: some SampleSource) throws(TrainingError) -> Metrics {
        try samples.requireFit(for: trainer)
        var sums = MetricSums(outputs: trainer.model.output.count)
        let all = Array(0..<samples.count)
        for start in stride(from: 0, to: samples.count, by: batchSize) {
            let indices = all[start..<min(start + batchSize, samples.count)]
            let (features, targets) = batch.gather(indices, step: 0, from: samples)
            do {
                let predicted = try trainer.predict(features: features, count: indices.count)
                let loss = try trainer.evaluateLoss(predicted: predicted, expected: targets, count: indices.count)
                sums.add(predicted: predicted, expected: targets, count: indices.count, loss: loss)
            } catch {
                throw .compute(error)
            }
        }
        return sums.metrics
    }
}
