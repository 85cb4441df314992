/// Memory for one batch of samples, filled again and again.
final class SampleBatch {
    private let features: UnsafeMutableBufferPointer<Float>
    private let storage: TargetStorage

    init(capacity: Int, featureCount: Int, task: LearningTask) {
        features = .allocate(capacity: capacity * featureCount)
        features.initialize(repeating: 0)
        switch task {
        case .classification:
            let classes = UnsafeMutableBufferPointer<Int32>.allocate(capacity: capacity)
            classes.initialize(repeating: 0)
            storage = .classes(classes)
        case .regression(let outputs):
            let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: capacity * outputs)
            values.initialize(repeating: 0)
            storage = .values(values)
        }
    }

    deinit {
        features.deallocate()
        switch storage {
        case .classes(let classes): classes.deallocate()
        case .values(let values): values.deallocate()
        }
    }

    /// Fills the batch with the samples at `indices`; what is returned is valid until the next call.
    func gather(
        _ indices: ArraySlice<Int>, step: Int, from source: any SampleSource
    ) -> (features: UnsafeBufferPointer<Float>, targets: TargetBatch) {
        source.gather(indices, step: step, features: features, targets: storage)
        switch storage {
        case .classes(let classes): return (UnsafeBufferPointer(features), .classes(UnsafeBufferPointer(classes)))
        case .values(let values): return (UnsafeBufferPointer(features), .values(UnsafeBufferPointer(values)))
        }
    }
}
