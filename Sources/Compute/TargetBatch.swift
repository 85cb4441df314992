/// What a batch should have been predicted as; row i belongs to sample i.
public enum TargetBatch {
    /// One class index per sample.
    case classes(UnsafeBufferPointer<Int32>)
    /// The outputs' values, count x outputs.
    case values(UnsafeBufferPointer<Float>)
    /// Two classes for each sample: the loss L is share L(classes) + (1 - share) L(partners), with 0 <= share <= 1.
    case mixedClasses(UnsafeBufferPointer<Int32>, partners: UnsafeBufferPointer<Int32>, share: Double)
}
