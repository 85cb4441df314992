/// What is learnt from the data.
package enum LearningTask: String, Hashable, Sendable, Codable, CaseIterable {
    /// One of several classes for each sample.
    case classification
    /// A number for each sample.
    case regression
}
