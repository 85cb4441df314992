/// The `train` section: the budget of a trial, which epoch is kept, and when training stops early.
package struct TrainDescription: Hashable, Sendable {
    /// The most epochs that a trial is trained.
    package let epochs: Int
    package let select: SelectionRule
    /// nil trains all epochs.
    package let earlyStopping: EarlyStoppingDescription?
}

extension TrainDescription {
    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        epochs = try section.int("epochs", in: 1...1_000_000, default: 20)
        select = try section.section("select") { select throws(ExperimentError) in
            try SelectionRule(reading: select, task: task)
        }
        earlyStopping = try section.unlessNone("early_stopping") { stopping throws(ExperimentError) in
            try EarlyStoppingDescription(reading: stopping)
        }
    }
}
