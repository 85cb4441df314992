/// Learning from samples without labels of their own: each step adds w(e) L(unlabelled batch), with L the trial's own
/// loss, its label smoothing and class weights included, and e the epoch. One update follows both gradients' sum.
///
/// w(e) is 0 before `rampStart`, rises linearly from there to `alpha` at `rampEnd`, and stays; epochs count from 1.
/// While it is 0, no unlabelled batch is computed.
///
/// Source: Lee, "Pseudo-label: the simple and efficient semi-supervised learning method for deep neural networks",
/// ICML 2013 workshop on challenges in representation learning.
public struct PseudoLabelling: Sendable {
    /// Where the labels come from.
    public enum Labels: String, Hashable, Sendable, CaseIterable {
        /// The classes that the model itself, in training mode, finds most probable in that very step. The source's
        /// classes are the truth, where it is known, and -1 elsewhere: they are counted with, never trained on.
        case online
        /// The source's own classes, found beforehand.
        case given
    }

    public var unlabelled: any SampleSource
    public var labels: Labels
    /// Samples in an unlabelled batch, up to the trainer's largest; all of them, where there are fewer.
    public var batchSize: Int
    public var alpha: Double
    public var rampStart: Int
    public var rampEnd: Int

    public init(
        unlabelled: any SampleSource, labels: Labels, batchSize: Int, alpha: Double, rampStart: Int, rampEnd: Int
    ) {
        self.unlabelled = unlabelled
        self.labels = labels
        self.batchSize = batchSize
        self.alpha = alpha
        self.rampStart = rampStart
        self.rampEnd = rampEnd
    }

    /// What the unlabelled loss is multiplied by in an epoch, counted from 1.
    public func weight(inEpoch epoch: Int) -> Double {
        if epoch >= rampEnd { return alpha }
        return epoch < rampStart ? 0 : alpha * Double(epoch - rampStart) / Double(rampEnd - rampStart)
    }
}
