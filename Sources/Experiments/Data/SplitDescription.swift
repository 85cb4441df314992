/// How samples are shared out between training, validation and test.
package struct SplitDescription: Hashable, Sendable {
    /// The validation part's share of all samples.
    package let validation: Double
    /// The test part's share of all samples.
    package let test: Double
    /// Whether every class is shared out in the same proportion.
    package let stratified: Bool
}

extension SplitDescription {
    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        let share = Bounds.above(0).below(1)
        validation = try section.double("validation", in: share, default: 0.2)
        test = try section.double("test", in: share, default: 0.2)
        stratified = try section.bool("stratified", default: task == .classification)
        guard validation + test < 1 else {
            throw section.error(
                at: section.has("test") ? "test" : "validation",
                "validation (\(validation)) and test (\(test)) leave nothing to train on")
        }
        if stratified, task == .regression {
            throw section.error(at: "stratified", "a regression has no classes to stratify by")
        }
    }
}
