/// What training minimises, as a description.
public enum LossDescription: Hashable, Sendable {
    /// -log softmax(x)[y], the mean over the batch.
    case crossEntropy
    /// (x - y)^2, the mean over the batch.
    case meanSquaredError
}
