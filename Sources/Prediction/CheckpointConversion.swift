package import Compute
package import Datasets
package import StudyStore

// What a checkpoint holds, in the words of those who compute and of those who read data.

extension NamedArray {
    package init(_ tensor: NamedTensor) {
        self.init(name: tensor.name, shape: tensor.shape, values: tensor.values)
    }
}

extension NamedTensor {
    package init(_ array: NamedArray) {
        self.init(name: array.name, shape: array.shape, values: array.values)
    }
}

extension Checkpoint.Preparation {
    package init(_ data: PreparedData) {
        self.init(
            sampleShape: data.sampleShape, featureNames: data.featureNames, classNames: data.classNames,
            features: Scale(data.scaling), target: data.targetScaling.map(Scale.init), valueRange: data.valueRange,
            dataDigest: data.digest,
            split: Rows(
                training: data.split.training.map(Int32.init(clamping:)),
                validation: data.split.validation.map(Int32.init(clamping:)),
                test: data.split.test.map(Int32.init(clamping:))))
    }
}

extension Checkpoint.Preparation.Scale {
    fileprivate init(_ scaling: FittedScaling) {
        self.init(groupSize: scaling.groupSize, offsets: scaling.offsets, units: scaling.units)
    }
}

extension FittedScaling {
    package init(_ scale: Checkpoint.Preparation.Scale) {
        self.init(groupSize: scale.groupSize, offsets: scale.offsets, units: scale.units)
    }
}
