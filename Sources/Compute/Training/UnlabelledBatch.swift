/// A batch that a step learns from beside its labelled one, by pseudo-labels.
package struct UnlabelledBatch {
    /// Count x inputs.
    package let features: UnsafeBufferPointer<Float>
    /// One for each sample: what it is trained as, or the truth, -1 where that is unknown; as `labels` says.
    package let classes: UnsafeBufferPointer<Int32>
    package let count: Int
    package let labels: PseudoLabelling.Labels
    /// What its loss is multiplied by.
    package let weight: Double

    package init(
        features: UnsafeBufferPointer<Float>, classes: UnsafeBufferPointer<Int32>, count: Int,
        labels: PseudoLabelling.Labels, weight: Double
    ) {
        self.features = features
        self.classes = classes
        self.count = count
        self.labels = labels
        self.weight = weight
    }
}

extension UnlabelledBatch {
    init(_ batch: SampleBatch, labels: PseudoLabelling.Labels, weight: Double) {
        guard case .classes(let classes) = batch.targets else {
            preconditionFailure("a recipe is held against its samples when training starts")
        }
        self.init(
            features: UnsafeBufferPointer(batch.features), classes: UnsafeBufferPointer(classes), count: batch.count,
            labels: labels, weight: weight)
    }
}
