/// The `data` section: which samples, how they are split and scaled, and how many make a batch.
package struct DataDescription: Hashable, Sendable {
    package let source: DataSourceDescription
    package let task: LearningTask
    package let split: SplitDescription
    package let scale: Scale
    /// Whether a regression's target is scaled as the features are.
    package let scaleTarget: Bool
    /// Samples in a training step.
    package let batchSize: Int

    /// How features are scaled; always fitted on the training part alone.
    package enum Scale: String, Hashable, Sendable, CaseIterable {
        /// (x - min) / (max - min).
        case minMax = "min_max"
        /// (x - mean) / standard deviation.
        case standardize
        case none
    }
}

extension DataDescription {
    /// - Parameter hint: the task that the rest of the file tells of, for a source that does not say.
    init(reading section: Section, taskHint hint: LearningTask?) throws(ExperimentError) {
        source = try DataSourceDescription(reading: section.required("source"), notedIn: section, taskHint: hint)
        let task = source.task
        self.task = task
        split = try section.section("split") { split throws(ExperimentError) in
            try SplitDescription(reading: split, task: task)
        }
        scale = try section.choice("scale", default: .minMax)
        scaleTarget = try section.bool("scale_target", default: false)
        batchSize = try section.int("batch_size", in: 1...1_000_000, default: 32)
        if scaleTarget, task == .classification {
            throw section.error(at: "scale_target", "classes cannot be scaled; only a regression's target can")
        }
        if scaleTarget, scale == .none {
            throw section.error(at: "scale_target", "the target is scaled as the features are, but scale is none")
        }
    }
}
