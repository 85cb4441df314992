public import Architecture

/// Trains epoch by epoch: as many samples as there are, in an order that the seed and the epoch fix.
///
/// It can be paused before any step; ``position``, with the trainer's states, is all that going on needs. Where a batch
/// is large enough to be worth it, another thread prepares the next one while a step is computed; the numbers are the
/// same either way.
public final class TrainingLoop {
    public let trainer: Trainer
    /// The average of the weights, where one is kept.
    public let average: WeightAverage?
    /// Where training is; set it to go on from there.
    public var position = EpochPosition()
    /// How the learning rate goes; tell it of each epoch's monitored value where it looks at results.
    public var schedule: LearningRateController
    /// Steps in an epoch; where the samples do not divide, the last one's batch is smaller, or left out.
    public let stepsPerEpoch: Int

    /// Where the last epoch that was run ended, all of its steps done: to be set as ``position`` by who wants to judge
    /// that epoch later. What is left of it is then nothing, and ``runEpoch(shouldPause:)`` sums it up once more.
    public private(set) var endOfEpoch: EpochPosition?

    private let recipe: TrainingRecipe
    private let batchSize: Int
    private let feed: BatchFeed
    private let evaluationBatch: SampleBatch
    /// What the epoch that is running has waited for batches.
    private var waited = Duration.zero
    /// Whether training samples have one class each, so that it can be said how many were predicted right.
    private let isCounted: Bool

    /// - Parameter recipe: what training does to its batches; evaluation sees none of it.
    /// - Throws: ``TrainingError`` with `unfitSamples` where there are none, or where their features or targets do not
    ///   fit the model; `unfitRecipe` where the recipe does not fit; and `compute` for a batch size that the trainer
    ///   does not take.
    public convenience init(
        trainer: Trainer, training: some SampleSource, batchSize: Int, seed: UInt64,
        schedule: LearningRateSchedule = .constant, goal: LearningRateController.Goal = .minimize,
        recipe: TrainingRecipe = TrainingRecipe()
    ) throws(TrainingError) {
        try self.init(
            trainer: trainer, training: training, batchSize: batchSize, seed: seed, schedule: schedule, goal: goal,
            recipe: recipe, preparesAhead: nil)
    }

    /// - Parameter preparesAhead: whether another thread prepares batches; nil for what their size asks for.
    package init(
        trainer: Trainer, training: some SampleSource, batchSize: Int, seed: UInt64,
        schedule: LearningRateSchedule = .constant, goal: LearningRateController.Goal = .minimize,
        recipe: TrainingRecipe = TrainingRecipe(), preparesAhead: Bool?
    ) throws(TrainingError) {
        guard (1...trainer.batchSize).contains(batchSize) else {
            throw .compute(
                ComputeError(
                    .invalidSetting, "start training",
                    "the batch size must be 1 to \(trainer.batchSize), not \(batchSize)"))
        }
        try training.requireFit(for: trainer)
        try training.requireBatches(of: batchSize, dropsLast: recipe.dropsLast, for: trainer.model)
        try recipe.requireFit(for: trainer, training: training)
        self.trainer = trainer
        self.recipe = recipe
        do {
            average = try recipe.averaging.map { (averaging) throws(ComputeError) in
                try WeightAverage(averaging, of: trainer)
            }
        } catch {
            throw .compute(error)
        }
        self.batchSize = batchSize
        let maker = BatchMaker(
            training: training, recipe: recipe, batchSize: batchSize, seed: seed, sample: trainer.model.input,
            members: recipe.sampler == .weighted ? try training.membersOfClasses() : nil)
        stepsPerEpoch = maker.stepsPerEpoch
        feed = BatchFeed(maker, preparesAhead: preparesAhead)
        isCounted = recipe.mixing == nil && training.task.hasClasses
        self.schedule = LearningRateController(
            schedule: schedule, learningRate: trainer.learningRate, stepsPerEpoch: stepsPerEpoch, goal: goal)
        evaluationBatch = SampleBatch(
            capacity: batchSize, featureCount: training.featureCount, task: training.task)
    }

    /// Runs what is left of the epoch at ``position``, which then stands at the next epoch's beginning.
    ///
    /// - Parameter shouldPause: asked before every step.
    /// - Throws: ``TrainingError`` with `nonFiniteLoss` where training diverges; the position stays at that step.
    public func runEpoch(shouldPause: () -> Bool = { false }) throws(TrainingError) -> EpochOutcome {
        waited = .zero
        if position.step == stepsPerEpoch {
            // Who goes on from here has made none of the steps that would have set them.
            (trainer.learningRate, trainer.momentum) = schedule.rate(epoch: position.epoch, step: stepsPerEpoch - 1)
        }
        while position.step < stepsPerEpoch {
            if shouldPause() { return .paused }
            try step()
        }
        average?.observeEpoch(position.epoch)
        let summary = summary
        endOfEpoch = position
        position = EpochPosition(epoch: position.epoch + 1)
        return .finished(summary)
    }

    /// Computes the step at ``position``.
    private func step() throws(TrainingError) {
        let (batch, waited) = feed.batch(ofStep: (position.epoch - 1) * stepsPerEpoch + position.step)
        self.waited += waited
        (trainer.learningRate, trainer.momentum) = schedule.rate(epoch: position.epoch, step: position.step)
        let count = batch.labelled.count
        let (loss, unlabelled) = try compute(batch)
        average?.observeStep()
        for value in [loss, unlabelled?.lossSum ?? 0] where !value.isFinite {
            throw .nonFiniteLoss(epoch: position.epoch, step: position.step, value: value)
        }
        position.step += 1
        position.lossSum += loss * Double(count)
        position.sampleCount += count
        position.keptLabels += batch.keptLabels
        if isCounted { position.right += trainer.rightOfBatch }
        if let unlabelled { position.unlabelled += unlabelled }
    }

    private func compute(
        _ batch: TrainingBatch
    ) throws(TrainingError) -> (loss: Double, unlabelled: UnlabelledSums?) {
        let count = batch.labelled.count
        let weight = recipe.pseudoLabels?.weight(inEpoch: position.epoch) ?? 0
        do {
            return try batch.labelled.withContents { features, targets throws(ComputeError) in
                guard let pseudoLabels = recipe.pseudoLabels, weight > 0, let unlabelled = batch.unlabelled else {
                    return (try trainer.step(features: features, targets: targets, count: count), nil)
                }
                let (loss, sums) = try trainer.step(
                    features: features, targets: targets, count: count,
                    unlabelled: UnlabelledBatch(unlabelled, pseudoLabels, weight: weight, weak: batch.weak))
                return (loss, sums)
            }
        } catch {
            throw .compute(error)
        }
    }

    private var summary: EpochSummary {
        let count = Double(position.sampleCount)
        var summary = EpochSummary(meanLoss: position.lossSum / count, waited: waited)
        if isCounted { summary.accuracy = Double(position.right) / count }
        if case .labels = recipe.disturbance { summary.keptLabelShare = Double(position.keptLabels) / count }
        summary.pseudoLabels = recipe.pseudoLabels.map {
            PseudoLabelSummary(weight: $0.weight(inEpoch: position.epoch), position.unlabelled)
        }
        return summary
    }

    /// Loss and metrics of the model as it is on other samples, in their order and with dropout off.
    ///
    /// - Parameters:
    ///   - scale: of a regression's targets.
    ///   - each: takes the outputs of one batch after the other.
    /// - Throws: ``TrainingError`` with `unfitSamples` where there are none, or where they do not fit the model.
    public func evaluate(
        on samples: some SampleSource, scale: TargetScale = TargetScale(),
        each: (UnsafeBufferPointer<Float>) -> Void = { _ in }
    ) throws(TrainingError) -> Metrics {
        try evaluate(on: samples, scale: scale, shouldPause: { _, _ in false }, each: each)!
    }

    /// The same; it can be given up before any batch.
    ///
    /// - Parameter shouldPause: asked before every batch, with how many there were and will be.
    /// - Returns: nil where it was given up.
    public func evaluate(
        on samples: some SampleSource, scale: TargetScale = TargetScale(),
        shouldPause: (_ done: Int, _ all: Int) -> Bool, each: (UnsafeBufferPointer<Float>) -> Void = { _ in }
    ) throws(TrainingError) -> Metrics? {
        try samples.requireFit(for: trainer)
        var sums = MetricSums(outputs: trainer.model.output.count, scale: scale)
        let all = Array(0..<samples.count)
        let batches = (samples.count + batchSize - 1) / batchSize
        for start in stride(from: 0, to: samples.count, by: batchSize) {
            if shouldPause(start / batchSize, batches) { return nil }
            let batch = evaluationBatch
            batch.gather(all[start..<min(start + batchSize, samples.count)], step: 0, from: samples)
            do {
                try batch.withContents { features, targets throws(ComputeError) in
                    let predicted = try trainer.predict(features: features, count: batch.count)
                    let loss = try trainer.evaluateLoss(predicted: predicted, expected: targets, count: batch.count)
                    sums.add(predicted: predicted, expected: targets, count: batch.count, loss: loss)
                    each(predicted)
                }
            } catch {
                throw .compute(error)
            }
        }
        return sums.metrics
    }
}
