/// Memory for one batch of samples, filled again and again.
package final class SampleBatch {
    package let capacity: Int
    package let features: UnsafeMutableBufferPointer<Float>
    package let targets: TargetStorage
    /// Samples in it.
    package private(set) var count = 0
    /// Where it is mixed, each sample's other class, and the first one's share.
    private var partners: (classes: [Int32], share: Double)?

    package init(capacity: Int, featureCount: Int, task: LearningTask) {
        self.capacity = capacity
        features = .allocate(capacity: capacity * featureCount)
        features.initialize(repeating: 0)
        switch task {
        case .classification:
            let classes = UnsafeMutableBufferPointer<Int32>.allocate(capacity: capacity)
            classes.initialize(repeating: 0)
            targets = .classes(classes)
        case .regression(let outputs):
            let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: capacity * outputs)
            values.initialize(repeating: 0)
            targets = .values(values)
        }
    }

    deinit {
        features.deallocate()
        switch targets {
        case .classes(let classes): classes.deallocate()
        case .values(let values): values.deallocate()
        }
    }

    /// Fills the batch with the samples at `indices`.
    package func gather(_ indices: ArraySlice<Int>, step: Int, from source: any SampleSource) {
        source.gather(indices, step: step, features: features, targets: targets)
        count = indices.count
        partners = nil
    }

    /// Gives each sample another class beside its own.
    package func mix(with partners: [Int32], share: Double) {
        self.partners = (partners, share)
    }

    /// Calls `body` with what the batch holds.
    package func withContents<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>, TargetBatch) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let features = UnsafeBufferPointer(self.features)
        switch targets {
        case .values(let values):
            return try body(features, .values(UnsafeBufferPointer(values)))
        case .classes(let classes):
            let classes = UnsafeBufferPointer(classes)
            guard let partners else { return try body(features, .classes(classes)) }
            return try partners.classes.withUnsafeBufferPointer { others throws(Failure) in
                try body(features, .mixedClasses(classes, partners: others, share: partners.share))
            }
        }
    }
}

/// All that one step of training takes, filled again and again.
final class TrainingBatch {
    let labelled: SampleBatch
    /// Nil where training has no unlabelled samples.
    let unlabelled: SampleBatch?
    /// The same samples, changed less; nil where nothing is learnt of them.
    let weak: SampleBatch?
    /// The step that it was filled for, counted over all epochs from 0.
    var step: Int?
    /// How many labels a disturbance left as they were.
    var keptLabels = 0

    init(labelled: SampleBatch, unlabelled: SampleBatch?, weak: SampleBatch?) {
        self.labelled = labelled
        self.weak = weak
        self.unlabelled = unlabelled
    }
}
