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
