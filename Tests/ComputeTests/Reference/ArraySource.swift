import Compute
import Random

/// Samples that lie in arrays: dense rows, as a data set has them.
struct ArraySource: SampleSource {
    let featureCount: Int
    let task: LearningTask
    let features: [Float]
    var classes: [Int32] = []
    var values: [Float] = []

    var count: Int { features.count / featureCount }

    func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        for (row, index) in indices.enumerated() {
            for feature in 0..<featureCount {
                features[row * featureCount + feature] = self.features[index * featureCount + feature]
            }
            switch targets {
            case .classes(let classes):
                classes[row] = self.classes[index]
            case .values(let values):
                let outputs = self.values.count / count
                for output in 0..<outputs { values[row * outputs + output] = self.values[index * outputs + output] }
            }
        }
    }

    /// A regression that a small model can learn: y = the sum of x, with `count` samples of `featureCount` features.
    static func sums(count: Int, featureCount: Int, seed: UInt64) -> ArraySource {
        var random = RandomStream(seed: seed, stream: .sampler)
        let features = (0..<count * featureCount).map { _ in random.uniformFloat() }
        let values = (0..<count).map { features[$0 * featureCount..<($0 + 1) * featureCount].reduce(0, +) }
        return ArraySource(
            featureCount: featureCount, task: .regression(outputs: 1), features: features, values: values)
    }

    /// Images whose brighter half, left or right, is their class.
    static func halves(count: Int, side: Int, seed: UInt64) -> ArraySource {
        var random = RandomStream(seed: seed, stream: .sampler)
        let classes = (0..<count).map { _ in Int32(random.uniformInt(below: 2)) }
        let features = classes.flatMap { label in
            (0..<side * side).map { place in
                random.uniformFloat() + ((place % side < side / 2) == (label == 0) ? 0.5 : 0)
            }
        }
        return ArraySource(
            featureCount: side * side, task: .classification(classes: 2), features: features, classes: classes)
    }
}
