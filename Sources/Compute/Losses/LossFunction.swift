internal import Architecture
internal import CKernels

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
        case .quantile(let level):
            try require(level > 0 && level < 1, "the quantile's level must lie between 0 and 1")
            return ElementwiseLoss(.quantile(level: Float(level)), outputs: output.count)
        case .focal(let settings):
            try require(
                output.count >= 2, "focal loss needs at least 2 classes, but the model has \(output.count) output")
            return try FocalLoss(settings, classes: output.count)
        }
    }
}

/// What a batch should have been predicted as; row i belongs to sample i.
public enum TargetBatch {
    /// One class index per sample.
    case classes(UnsafeBufferPointer<Int32>)
    /// The outputs' values, count x outputs.
    case values(UnsafeBufferPointer<Float>)
    /// Two classes for each sample: the loss L is share L(classes) + (1 - share) L(partners), with 0 <= share <= 1.
    case mixedClasses(UnsafeBufferPointer<Int32>, partners: UnsafeBufferPointer<Int32>, share: Double)
}

/// A loss of each predicted number by itself, the mean over batch and outputs; predictions x and targets y are both
/// [batch, outputs].
struct ElementwiseLoss: LossFunction {
    enum Term {
        /// (x - y)^2.
        case squared
        /// |x - y|; its gradient at zero is zero.
        case absolute
        /// (x - y)^2 / 2 within delta, delta (|x - y| - delta / 2) beyond.
        case huber(delta: Float)
        /// level (y - x) below y, (1 - level) (x - y) above; its gradient at zero is zero.
        case quantile(level: Float)
    }

    private let term: Term
    private let outputs: Int

    init(_ term: Term, outputs: Int) {
        self.term = term
        self.outputs = outputs
    }

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        let terms = count * outputs
        guard case .values(let expected) = expected, expected.count >= terms else {
            throw ComputeError(.invalidBatch, "compute the loss", "it needs \(terms) target values")
        }
        let scale = 1 / Float(terms)
        let sum =
            switch term {
            case .squared: winnow_squared_error(predicted, expected.baseAddress, gradient, terms, scale)
            case .absolute: winnow_absolute_error(predicted, expected.baseAddress, gradient, terms, scale)
            case .huber(let delta): winnow_huber(predicted, expected.baseAddress, gradient, terms, scale, delta)
            case .quantile(let level): quantile(level, predicted, expected, gradient, terms, scale)
            }
        return (sum, Double(terms))
    }

    private func quantile(
        _ level: Float, _ predicted: UnsafePointer<Float>, _ expected: UnsafeBufferPointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>?, _ terms: Int, _ scale: Float
    ) -> Double {
        var sum = 0.0
        for place in 0..<terms {
            let error = predicted[place] - expected[place]
            let slope = error > 0 ? 1 - level : error < 0 ? -level : error
            sum += Double(slope * error)
            gradient?[place] = slope * scale
        }
        return sum
    }
}
