/// What a data set asks a model for.
public enum LearningTask: Hashable, Sendable {
    /// One of `classes` classes per sample; the model has as many outputs.
    case classification(classes: Int)
    /// `outputs` values per sample.
    case regression(outputs: Int)
}
