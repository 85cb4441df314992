package import Random

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
