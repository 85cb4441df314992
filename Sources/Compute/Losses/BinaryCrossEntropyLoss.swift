internal import CKernels

/// -(y log s + (1 - y) log(1 - s)) with s = 1 / (1 + exp(-x)), x the logits [batch, outputs], the mean over both.
///
/// Targets are values from 0 to 1, or, for a single output, one of the classes 0 and 1 for each sample.
final class BinaryCrossEntropyLoss: LossFunction {
    private let outputs: Int
    private let batchSize: Int
    /// Classes as numbers, filled batch by batch.
    private let classValues: UnsafeMutablePointer<Float>

    init(outputs: Int, batchSize: Int) {
        self.outputs = outputs
        self.batchSize = batchSize
        classValues = .allocate(capacity: batchSize)
        classValues.initialize(repeating: 0, count: batchSize)
    }

    deinit {
        classValues.deallocate()
    }

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        let terms = count * outputs
        let sum = winnow_binary_cross_entropy(
            predicted, try values(expected, count: count), gradient, terms, 1 / Float(terms))
        return (sum, Double(terms))
    }

    private func values(_ expected: TargetBatch, count: Int) throws(ComputeError) -> UnsafePointer<Float> {
        switch expected {
        case .values(let values):
            guard let base = values.baseAddress, values.count >= count * outputs else {
                throw misfit("it needs \(count * outputs) target values")
            }
            return base
        case .classes(let classes):
            for sample in 0..<count {
                classValues[sample] = try value(of: classes, at: sample, count: count)
            }
            return UnsafePointer(classValues)
        case .mixedClasses(let classes, let partners, let share):
            // The loss is linear in its target.
            for sample in 0..<count {
                let value = try value(of: classes, at: sample, count: count)
                let partner = try self.value(of: partners, at: sample, count: count)
                classValues[sample] = Float(share * Double(value) + (1 - share) * Double(partner))
            }
            return UnsafePointer(classValues)
        }
    }

    private func value(
        of classes: UnsafeBufferPointer<Int32>, at sample: Int, count: Int
    ) throws(ComputeError) -> Float {
        guard outputs == 1, classes.count >= count, count <= batchSize else {
            throw misfit("it takes one class for each of \(count) samples, and a model with one output")
        }
        guard classes[sample] == 0 || classes[sample] == 1 else {
            throw misfit("class \(classes[sample]) is neither 0 nor 1")
        }
        return Float(classes[sample])
    }

    private func misfit(_ detail: String) -> ComputeError {
        ComputeError(.invalidBatch, "binary cross-entropy", detail)
    }
}
