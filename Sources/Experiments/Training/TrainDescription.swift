import Architecture

/// The `train` section: the budget of a trial, which epoch is kept, and when training stops early.
package struct TrainDescription: Hashable, Sendable {
    /// The most epochs that a trial is trained.
    package let epochs: Int
    package let select: SelectionRule
    /// nil trains all epochs.
    package let earlyStopping: EarlyStoppingDescription?
}

extension TrainDescription {
    private static let epochRange = 1...1_000_000
    private static let usualEpochs = 20

    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        epochs = try section.int("epochs", in: Self.epochRange, default: Self.usualEpochs)
        select = try section.section("select") { select throws(ExperimentError) in
            try SelectionRule(reading: select, task: task)
        }
        earlyStopping = try section.unlessNone("early_stopping") {
            stopping throws(ExperimentError) in
            try EarlyStoppingDescription(reading: stopping)
        }
    }

    /// The epochs that the file's `train` section asks for, before it is read; what a schedule lasts by default. Bad
    /// ones are an error once the section is read.
    static func epochs(in root: Section) -> Int {
        guard let train = root.peek("train")?.node, let node = train.child("epochs") ?? (train.isNull ? nil : train)
        else { return usualEpochs }
        let value = ConfigValue(node: node, path: ConfigPath([]), file: root.file)
        return (try? value.int(in: epochRange)) ?? usualEpochs
    }
}

/// When to stop looking for a better epoch. The value it looks at is the one that selection monitors.
package struct EarlyStoppingDescription: Hashable, Sendable {
    package enum Rule: Hashable, Sendable {
        /// Stop when so many epochs passed without an improvement by more than `minDelta`.
        case patience(epochs: Int, minDelta: Double)
        /// Stop at the first epoch whose value is below the threshold; above it where the goal is to maximize.
        case threshold(Double)
    }

    package let rule: Rule
    /// Only note where training would have stopped, and go on.
    package let keepTraining: Bool

    package init(rule: Rule, keepTraining: Bool = false) {
        self.rule = rule
        self.keepTraining = keepTraining
    }
}

extension EarlyStoppingDescription {
    init(reading section: Section) throws(ExperimentError) {
        let rule: Rule
        switch (section.has("patience"), section.has("threshold")) {
        case (true, true):
            throw section.error(at: "threshold", "give patience or threshold, not both")
        case (_, false):
            section.kind = "stopping by patience"
            rule = .patience(
                epochs: try section.int("patience", in: 1...1_000_000),
                minDelta: try section.double("min_delta", in: .atLeast(0), default: 0))
        case (false, true):
            section.kind = "stopping by threshold"
            rule = .threshold(try section.double("threshold"))
        }
        self.init(rule: rule, keepTraining: try section.bool("keep_training", default: false))
    }
}

/// The `checkpoint` section: how much work a crash may cost, and how much room its prevention may take.
package struct CheckpointDescription: Hashable, Sendable {
    /// Training time between two checkpoints of a running trial.
    package let every: Duration
    /// Bytes that all checkpoints of the study may take together; nil where there is no bound.
    package let budget: Int?
    /// Whether the `last.h5` of a completed trial stays, so that a larger budget of epochs goes on from it.
    package let keepLast: Bool
}

extension CheckpointDescription {
    init(reading section: Section) throws(ExperimentError) {
        every = try section.duration("every", default: .seconds(30))
        budget = try section.byteCountUnlessNone("budget")
        keepLast = try section.bool("keep_last", default: false)
    }
}
