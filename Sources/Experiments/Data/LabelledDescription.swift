/// The `data.labelled` section: how few samples have labels; what they, validation and test leave is unlabelled.
package struct LabelledDescription: Hashable, Sendable {
    /// Labelled samples to train on.
    package let count: Int
    /// Whether the labelled and the validation part have as many samples of each class.
    package let balanced: Bool
    package let validationCount: Int
}

extension LabelledDescription {
    init(reading section: Section) throws(ExperimentError) {
        count = try section.int("count", in: 1...1_000_000_000)
        balanced = try section.bool("balanced", default: true)
        validationCount = try section.int("validation_count", in: 1...1_000_000_000, default: count)
    }
}
