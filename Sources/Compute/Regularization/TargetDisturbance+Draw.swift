package import Random

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
