internal import Architecture

/// What training minimises, made ready for a number of outputs.
protocol LossFunction {
    /// The loss of `count` samples as a sum and a weight: the loss to minimise is their quotient.
    ///
    /// Where `gradient` is not nil, it takes the gradient of that quotient by the predictions, count x outputs.
    ///
    /// - Throws: ``ComputeError`` with `invalidBatch` for targets of the wrong kind or number, or a class out of range.
    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double)
}

extension LossDescription {
    /// - Throws: ``ComputeError`` with `invalidSetting` where the model's output cannot have this loss, or a setting
    ///   lies outside its range.
    func function(for output: Shape, batchSize: Int) throws(ComputeError) -> any LossFunction {
        func require(_ holds: Bool, _ rule: String) throws(ComputeError) {
            guard holds else { throw ComputeError(.invalidSetting, "plan the loss", rule) }
        }
        try require(
            output.dimensions.count == 1, "the model's output must be flat, but has the shape \(output)")
        switch self {
        case .crossEntropy(let settings):
            try require(
                output.count >= 2, "cross-entropy needs at least 2 classes, but the model has \(output.count) output")
            return try CrossEntropyLoss(settings, classes: output.count)
        case .binaryCrossEntropy:
            return BinaryCrossEntropyLoss(outputs: output.count, batchSize: batchSize)
        case .meanSquaredError:
            return ElementwiseLoss(.squared, outputs: output.count)
        case .meanAbsoluteError:
            return ElementwiseLoss(.absolute, outputs: output.count)
        case .huber(let delta):
            try require(delta > 0 && delta.isFinite, "delta must be finite and above 0")
            return ElementwiseLoss(.huber(delta: Float(delta)), outputs: output.count)
        }
    }
}
