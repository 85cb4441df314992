package import Compute
package import Datasets

extension Part: SampleSource {
    package var task: Compute.LearningTask {
        switch targets {
        case .classes(_, let names): .classification(classes: names.count)
        case .values: .regression(outputs: 1)
        }
    }

    package func gather(
        _ indices: ArraySlice<Int>, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        gather(indices, features: features)
        switch targets {
        case .classes(let classes): gather(indices, classes: classes)
        case .values(let values): gather(indices, values: values)
        }
    }
}
