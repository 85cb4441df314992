internal import Architecture

/// What training minimises, made ready for a number of outputs.
protocol LossFunction {
    /// The sum of the loss over `count` samples, and how many terms it has: the mean is their quotient.
    ///
    /// Where `gradient` is not nil, it takes the gradient of the *mean* by the predictions, count x outputs.
    ///
    /// - Throws: ``ComputeError`` with `invalidBatch` for targets of the wrong kind or number, or a class out of range.
    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, terms: Int)
}

extension LossDescription {
    /// - Throws: ``ComputeError`` with `invalidSetting` where the model's output cannot have this loss.
    func function(for output: Shape) throws(ComputeError) -> any LossFunction {
        guard output.dimensions.count == 1 else {
            throw ComputeError(
                .invalidSetting, "plan the loss", "the model's output must be flat, but has the shape \(output)")
        }
        switch self {
        case .crossEntropy:
            guard output.count >= 2 else {
                throw ComputeError(
                    .invalidSetting, "plan the loss",
                    "cross-entropy needs at least 2 classes, but the model has 1 output")
            }
            return CrossEntropy(classes: output.count)
        case .meanSquaredError:
            return MeanSquaredError(outputs: output.count)
        }
    }
}
