/// Samples that a training loop takes batches from: features with their targets, in any order.
public protocol SampleSource: Sendable {
    /// How many samples there are.
    var count: Int { get }
    /// How many features each sample has.
    var featureCount: Int { get }
    var task: LearningTask { get }

    /// Copies the samples at `indices`, one after the other.
    ///
    /// The same arguments give the same batch, on whichever thread: a training loop prepares its next batch on another
    /// one, and a run that is resumed asks for its batch again.
    ///
    /// - Parameters:
    ///   - indices: each in 0..<count, not necessarily different.
    ///   - step: what random changes of a sample follow from, with a seed of the source's own and the sample's place in
    ///     the batch. Training counts its steps over all epochs from 0; evaluation passes 0.
    ///   - features: room for indices.count x featureCount values, and maybe more.
    ///   - targets: room for as many targets, of the kind that ``task`` asks for.
    func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage)
}

/// Where a batch's targets go.
public enum TargetStorage {
    case classes(UnsafeMutableBufferPointer<Int32>)
    /// Count x outputs.
    case values(UnsafeMutableBufferPointer<Float>)
}
