import Architecture
import Compute
import Random

/// A batch of random features with targets that suit a loss.
struct RandomBatch {
    let count: Int
    private(set) var features: [Float]
    private let classes: [Int32]
    private let values: [Float]
    private let hasClasses: Bool

    init(_ count: Int, model: ModelGraph, loss: LossDescription, _ random: inout RandomStream) {
        self.count = count
        hasClasses = loss.kind == .crossEntropy
        features = (0..<count * model.input.count).map { _ in 4 * random.uniformFloat() - 2 }
        classes = (0..<count).map { _ in Int32(random.uniformInt(below: model.output.count)) }
        // Binary cross-entropy takes probabilities.
        let lowest: Float = loss == .binaryCrossEntropy ? 0 : -1
        values = (0..<count * model.output.count).map { _ in lowest + (1 - lowest) * random.uniformFloat() }
    }

    var referenceTargets: ReferenceLoss.Targets {
        hasClasses ? .classes(classes.map(Int.init)) : .values(values.map(Double.init))
    }

    /// The same with nothing but NaN as features.
    func spoiled() -> RandomBatch {
        var batch = self
        batch.features = features.map { _ in .nan }
        return batch
    }

    func step(_ trainer: Trainer) throws -> Double {
        try features.withUnsafeBufferPointer { features in
            try classes.withUnsafeBufferPointer { classes in
                try values.withUnsafeBufferPointer { values in
                    try trainer.step(
                        features: features, targets: hasClasses ? .classes(classes) : .values(values), count: count)
                }
            }
        }
    }

    /// The outputs in evaluation of the first `count` samples.
    func predict(_ trainer: Trainer, count: Int) throws -> [Float] {
        try features.withUnsafeBufferPointer { Array(try trainer.predict(features: $0, count: count)) }
    }
}
