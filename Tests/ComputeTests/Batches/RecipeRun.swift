import Architecture
import Compute
import Testing

/// A technique that a small run trains with.
struct Technique: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let recipe: TrainingRecipe
    var isRegression = false

    static let all = [
        Technique(testDescription: "none", recipe: TrainingRecipe()),
        Technique(testDescription: "without the last batch", recipe: TrainingRecipe(dropsLast: true)),
        Technique(testDescription: "weighted", recipe: TrainingRecipe(sampler: .weighted)),
        Technique(testDescription: "DisturbLabel", recipe: TrainingRecipe(disturbance: .labels(alpha: 40))),
        Technique(
            testDescription: "DisturbValue", recipe: TrainingRecipe(disturbance: .values(scale: 0.3, fraction: 0.5)),
            isRegression: true),
        Technique(testDescription: "mixup", recipe: TrainingRecipe(mixing: .mixup(alpha: 0.4))),
        Technique(
            testDescription: "mixup of values", recipe: TrainingRecipe(mixing: .mixup(alpha: 0.4)), isRegression: true),
        Technique(testDescription: "cutmix", recipe: TrainingRecipe(mixing: .cutmix(alpha: 1))),
        Technique(testDescription: "online", recipe: TrainingRecipe(pseudoLabels: pseudoLabels(.online))),
        Technique(testDescription: "given", recipe: TrainingRecipe(pseudoLabels: pseudoLabels(.given))),
        Technique(
            testDescription: "all at once",
            recipe: TrainingRecipe(
                sampler: .weighted, disturbance: .labels(alpha: 20), mixing: .cutmix(alpha: 1),
                pseudoLabels: pseudoLabels(.online))),
    ]

    /// 23 unlabelled images in batches of 10; every fourth has no known class where that may be.
    static func pseudoLabels(_ labels: PseudoLabelling.Labels, alpha: Double = 0.8) -> PseudoLabelling {
        var source = ArraySource.halves(count: 23, side: 6, seed: 8)
        if labels == .online {
            for sample in stride(from: 0, to: 23, by: 4) { source.classes[sample] = -1 }
        }
        return PseudoLabelling(
            unlabelled: ShiftingSource(base: source, seed: 4), labels: labels, batchSize: 10, alpha: alpha,
            rampStart: 1, rampEnd: 3)
    }
}

/// A small run with a technique: 37 samples in batches of 8, the last one smaller or left out.
struct RecipeRun {
    static let epochs = 4

    /// Everything that a checkpoint holds of it.
    struct Saved {
        var model: [NamedTensor]
        var optimizer: [NamedTensor]
        var stepCount: Int
        var position: EpochPosition
    }

    let trainer: Trainer
    let loop: TrainingLoop

    init(_ technique: Technique, preparesAhead: Bool = true) throws {
        let outputs = technique.isRegression ? 1 : 2
        let model = try ModelDescription([
            .conv2d(.init(channels: 3, kernel: 3, padding: 1, bias: false)), .batchNorm(.init()), .relu,
            .dropout2d(.init(probability: 0.25)), .flatten, .linear(.init(outputs: 9)), .relu,
            .dropout(.init(probability: 0.5)), .linear(.init(outputs: outputs)),
        ]).graph(on: [1, 6, 6])
        trainer = try Trainer(
            model: model, loss: technique.isRegression ? .meanSquaredError : .crossEntropy(),
            optimizer: .adam(learningRate: 0.01), batchSize: 10, seed: 5)
        let samples =
            technique.isRegression
            ? ArraySource.sums(count: 37, featureCount: 36, seed: 1) : .halves(count: 37, side: 6, seed: 1)
        loop = try TrainingLoop(
            trainer: trainer, training: ShiftingSource(base: samples, seed: 3), batchSize: 8, seed: 5,
            recipe: technique.recipe, preparesAhead: preparesAhead)
    }

    /// Trains to the end; between steps `pausing` may stop and start it.
    ///
    /// - Returns: what each epoch came to, and the bits of all weights and of all that the optimizer keeps.
    func finish(pausing: () -> Bool = { false }) throws -> (epochs: [EpochSummary], bits: [UInt32]) {
        var epochs: [EpochSummary] = []
        while loop.position.epoch <= Self.epochs {
            guard case .finished(var summary) = try loop.runEpoch(shouldPause: pausing) else { continue }
            summary.waited = .zero
            epochs.append(summary)
        }
        return (epochs, (trainer.modelState() + trainer.optimizerState()).flatMap { $0.values.map(\.bitPattern) })
    }

    /// Stops before a step of an epoch.
    func stop(inEpoch epoch: Int, atStep step: Int) throws -> Saved {
        while loop.position.epoch < epoch { _ = try loop.runEpoch() }
        _ = try loop.runEpoch { loop.position.step == step }
        return Saved(
            model: trainer.modelState(), optimizer: trainer.optimizerState(), stepCount: trainer.stepCount,
            position: loop.position)
    }

    func restore(_ saved: Saved) throws {
        try trainer.load(modelState: saved.model)
        try trainer.load(optimizerState: saved.optimizer)
        trainer.restore(stepCount: saved.stepCount)
        loop.position = saved.position
    }
}
