internal import Architecture
package import Random

/// What training does to its batches beyond shuffling them: nothing, unless told.
public struct TrainingRecipe: Sendable {
    public var sampler: Sampler
    /// Whether an epoch leaves out the samples behind its last whole batch: others in each epoch, as their order is drawn
    /// anew.
    ///
    /// Source: `drop_last` of `torch.utils.data.DataLoader`.
    public var dropsLast: Bool
    public var disturbance: TargetDisturbance?
    /// Mixes each batch with itself, after the disturbance.
    public var mixing: Mixing?
    public var pseudoLabels: PseudoLabelling?
    public var averaging: WeightAveraging?

    public init(
        sampler: Sampler = .uniform, dropsLast: Bool = false, disturbance: TargetDisturbance? = nil,
        mixing: Mixing? = nil,
        pseudoLabels: PseudoLabelling? = nil, averaging: WeightAveraging? = nil
    ) {
        self.sampler = sampler
        self.dropsLast = dropsLast
        self.disturbance = disturbance
        self.mixing = mixing
        self.pseudoLabels = pseudoLabels
        self.averaging = averaging
    }
}

/// Which samples an epoch takes, and in which order; seed and epoch fix both.
public enum Sampler: String, Hashable, Sendable, CaseIterable {
    /// Every sample once.
    case uniform
    /// As many draws as there are samples, with replacement, a sample of class c with the weight 1 / n_c, where n_c is
    /// the number of samples of that class: every class is drawn equally often in the long run. For classes alone.
    ///
    /// Source: `torch.utils.data.WeightedRandomSampler`.
    case weighted
}

extension TrainingRecipe {
    /// - Throws: ``TrainingError`` with `unfitRecipe` for a setting outside its range, or where samples, model or loss
    ///   have not what it needs.
    func requireFit(for trainer: Trainer, training: any SampleSource) throws(TrainingError) {
        try disturbance?.requireFit(for: training.task)
        try mixing?.requireFit(for: trainer.model)
        try pseudoLabels?.requireFit(for: trainer)
    }
}

extension TargetDisturbance {
    fileprivate func requireFit(for task: LearningTask) throws(TrainingError) {
        switch (self, task) {
        case (.labels(let alpha), .classification(let classes)):
            try require((0...100).contains(alpha), "DisturbLabel's alpha must lie in 0...100 percent, not be \(alpha)")
            try require(classes >= 2, "DisturbLabel needs at least 2 classes")
        case (.values(let scale, let fraction), .regression):
            try require(
                scale >= 0 && scale.isFinite, "DisturbValue's scale must be finite and at least 0, not \(scale)")
            try require((0...1).contains(fraction), "DisturbValue's fraction must lie in 0...1, not be \(fraction)")
        case (.labels, .regression):
            throw .unfitRecipe("DisturbLabel needs classes, but the samples have target values")
        case (.values, .classification):
            throw .unfitRecipe("DisturbValue needs target values, but the samples have classes")
        }
    }
}

extension Mixing {
    fileprivate func requireFit(for model: ModelGraph) throws(TrainingError) {
        switch self {
        case .mixup(let alpha):
            try require(alpha > 0 && alpha.isFinite, "mixup's alpha must be finite and above 0, not \(alpha)")
        case .cutmix(let alpha):
            try require(alpha > 0 && alpha.isFinite, "cutmix's alpha must be finite and above 0, not \(alpha)")
            try require(model.input.isImage, "cutmix needs images, but the samples have the shape \(model.input)")
        }
    }
}

extension PseudoLabelling {
    fileprivate func requireFit(for trainer: Trainer) throws(TrainingError) {
        guard case .classification = unlabelled.task, case .crossEntropy = trainer.loss else {
            throw .unfitRecipe("pseudo-labels need classes and cross-entropy, not \(trainer.loss.kind.rawValue)")
        }
        try require(alpha >= 0 && alpha.isFinite, "pseudo-labels' alpha must be finite and at least 0, not \(alpha)")
        try require(
            rampStart <= rampEnd, "pseudo-labels' ramp ends in epoch \(rampEnd), before its start in \(rampStart)")
        try require(
            (1...trainer.batchSize).contains(batchSize),
            "the batch size of pseudo-labels must be 1 to \(trainer.batchSize), not \(batchSize)")
        do {
            try unlabelled.requireFit(for: trainer)
            let batchSize = min(batchSize, unlabelled.count)
            try unlabelled.requireBatches(
                of: batchSize, in: unlabelled.count / batchSize * batchSize, for: trainer.model)
        } catch {
            throw .unfitRecipe("the unlabelled part does not fit: \(error)")
        }
    }
}

private func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(TrainingError) {
    guard holds else { throw .unfitRecipe(rule()) }
}

/// Targets made wrong on purpose, drawn anew for every batch, so that a model cannot learn them by heart.
public enum TargetDisturbance: Hashable, Sendable {
    /// DisturbLabel: with C classes, a label stays with p = 1 - (C - 1) / C alpha / 100, and becomes each of the others
    /// with (1 - p) / (C - 1). `alpha` is in percent, 0...100; at 100 labels say nothing.
    ///
    /// Source: Xie et al., "DisturbLabel: regularizing CNN on the loss layer", CVPR 2016.
    case labels(alpha: Double)
    /// DisturbValue: each target value takes noise from N(0, scale^2), with the probability `fraction`. `scale` is in
    /// the units of the targets as they are trained on.
    case values(scale: Double, fraction: Double)
}

extension TargetDisturbance {
    /// Disturbs a batch's targets in place.
    ///
    /// - Returns: how many labels stayed; 0 for values.
    package func disturb(_ batch: SampleBatch, task: LearningTask, using random: inout RandomStream) -> Int {
        switch (self, batch.targets, task) {
        case (.labels(let alpha), .classes(let classes), .classification(let classCount)):
            let keeps = 1 - Double(classCount - 1) / Double(classCount) * alpha / 100
            var kept = 0
            for sample in 0..<batch.count {
                let label = Int(classes[sample])
                // A class that does not exist stays, for the loss to complain of.
                guard random.uniformDouble() >= keeps, (0..<classCount).contains(label) else {
                    kept += 1
                    continue
                }
                let other = random.uniformInt(below: classCount - 1)
                classes[sample] = Int32(other < label ? other : other + 1)
            }
            return kept
        case (.values(let scale, let fraction), .values(let values), .regression(let outputs)):
            for place in 0..<batch.count * outputs where random.uniformDouble() < fraction {
                values[place] += Float(scale * random.normal())
            }
            return 0
        default:
            preconditionFailure("a recipe is held against the samples when training starts")
        }
    }
}
