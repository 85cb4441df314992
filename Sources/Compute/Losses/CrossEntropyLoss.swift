internal import Architecture
internal import CKernels

/// - sum over classes of w_c q_c log softmax(x)_c, summed over the batch and divided by the sum of w_y, with x the logits
/// [batch, classes], y the class of each sample, and q its distribution, smoothed or not.
struct CrossEntropyLoss: LossFunction {
    private let classes: Int
    /// q of the true class, and of every other one.
    private let probability: (on: Float, off: Float)
    private let weights: [Float]?

    /// - Throws: ``ComputeError`` with `invalidSetting` for an amount outside 0..<1, for weights of another number than
    ///   the classes or not above 0, or for such as depend on the classes' frequencies.
    init(_ settings: LossDescription.CrossEntropy, classes: Int) throws(ComputeError) {
        func require(_ holds: Bool, _ rule: String) throws(ComputeError) {
            guard holds else { throw ComputeError(.invalidSetting, "plan the loss", rule) }
        }
        self.classes = classes
        let smoothing = settings.labelSmoothing ?? LabelSmoothing(amount: 0, spread: .all)
        try require((0..<1).contains(smoothing.amount), "the amount of label smoothing must lie in 0..<1")
        probability =
            switch smoothing.spread {
            case .others: (Float(1 - smoothing.amount), Float(smoothing.amount / Double(classes - 1)))
            case .all:
                (
                    Float(1 - smoothing.amount + smoothing.amount / Double(classes)),
                    Float(smoothing.amount / Double(classes))
                )
            }
        switch settings.classWeights {
        case .list(let list):
            try require(list.count == classes, "there are \(list.count) class weights for \(classes) classes")
            try require(list.allSatisfy { $0 > 0 && $0.isFinite }, "class weights must be finite and above 0")
            weights = list.map(Float.init)
        case .inverseFrequency, .oneMinusFrequency:
            throw ComputeError(
                .invalidSetting, "plan the loss",
                "class weights that follow frequencies must be made a list by the samples of each class")
        case nil:
            weights = nil
        }
    }

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        guard case .classes(let expected) = expected, expected.count >= count else {
            throw ComputeError(.invalidBatch, "cross-entropy", "it needs \(count) class indices")
        }
        for expected in expected.prefix(count) where !(0..<Int32(classes)).contains(expected) {
            throw ComputeError(.invalidBatch, "cross-entropy", "class \(expected) is not in 0..<\(classes)")
        }
        var weight = 0.0
        let sum = winnow_cross_entropy(
            predicted, expected.baseAddress, weights, probability.on, probability.off, gradient, count, classes,
            &weight)
        return (sum, weight)
    }
}
