/// What a batch should have been predicted as; row i belongs to sample i.
public enum TargetBatch {
    /// One class index per sample.
    case classes(UnsafeBufferPointer<Int32>)
    /// The outputs' values, count x outputs.
    case values(UnsafeBufferPointer<Float>)
}
