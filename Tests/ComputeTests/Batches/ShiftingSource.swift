import Compute
import Random

/// Samples whose features are shifted by a random amount that the step and the place in the batch fix, as an
/// augmentation changes them.
struct ShiftingSource: SampleSource {
    let base: ArraySource
    let seed: UInt64

    var count: Int { base.count }
    var featureCount: Int { base.featureCount }
    var task: LearningTask { base.task }

    func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        base.gather(indices, step: step, features: features, targets: targets)
        var random = RandomStream(seed: seed, stream: .augmentation, step: step)
        for row in 0..<indices.count {
            let shift = random.uniformFloat()
            for feature in 0..<featureCount { features[row * featureCount + feature] += shift }
        }
    }
}
