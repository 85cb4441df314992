/// Samples that a training loop takes batches from: features with their targets, in any order.
public protocol SampleSource {
    /// How many samples there are.
    var count: Int { get }
    /// How many features each sample has.
    var featureCount: Int { get }
    var task: LearningTask { get }

    /// Copies the samples at `indices`, one after the other.
    ///
    /// - Parameters:
    ///   - indices: each in 0..<count.
    ///   - features: room for indices.count x featureCount values.
    ///   - targets: room for as many targets, of the kind that ``task`` asks for.
    func gather(_ indices: ArraySlice<Int>, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage)
}

/// Where a batch's targets go.
public enum TargetStorage {
    case classes(UnsafeMutableBufferPointer<Int32>)
    /// Count x outputs.
    case values(UnsafeMutableBufferPointer<Float>)
}
