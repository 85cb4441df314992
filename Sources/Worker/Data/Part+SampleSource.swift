package import Compute
package import Datasets

extension Part: SampleSource {
    package var task: Compute.LearningTask { targets.task }

    package func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        gather(indices, features: features)
        gather(indices, targets)
    }

    fileprivate func gather(_ indices: ArraySlice<Int>, _ targets: TargetStorage) {
        switch targets {
        case .classes(let classes): gather(indices, classes: classes)
        case .values(let values): gather(indices, values: values)
        }
    }
}

extension AugmentedPart: SampleSource {
    package var task: Compute.LearningTask { targets.task }

    package func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        gather(indices, step: step, features: features)
        part.gather(indices, targets)
    }
}

extension Targets {
    fileprivate var task: Compute.LearningTask {
        switch self {
        case .classes(_, let names): .classification(classes: names.count)
        case .values: .regression(outputs: 1)
        }
    }
}
