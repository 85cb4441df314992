internal import Architecture
internal import CKernels

/// - sum over classes of w_c q_c log softmax(x)_c, summed over the batch and divided by the sum of w_y, with x the logits
/// [batch, classes], y the class of each sample, and q its distribution, smoothed or not.
///
/// Of two classes y and y' at shares s and 1 - s it is s L(y) + (1 - s) L(y'), each divided by its own sum of weights.
final class CrossEntropyLoss: LossFunction {
    private let classes: Int
    /// q of the true class, and of every other one.
    private let probability: (on: Float, off: Float)
    private let weights: [Float]?
    /// What is added to the outputs of every sample.
    private let adjustment: [Float]?
    /// The outputs with that, [batch][classes]; none before the first batch.
    private var adjusted: [Float] = []
    /// The distributions of a mixed batch, [batch][classes]; none before the first one.
    private var distributions: [Float] = []

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
        weights = try Self.weights(settings.classWeights, classes: classes)
        switch settings.logitAdjustment {
        case .list(let list):
            try require(list.count == classes, "there are \(list.count) adjustments for \(classes) classes")
            try require(list.allSatisfy(\.isFinite), "logit adjustments must be finite")
            adjustment = list.map(Float.init)
        case .frequencies: throw Self.unresolved("logit adjustments")
        case nil: adjustment = nil
        }
    }

    /// Class weights that stand in a list.
    ///
    /// - Throws: ``ComputeError`` with `invalidSetting` for another number of them than of classes, for one below 0, where
    ///   all are 0, or where they depend on the classes' frequencies.
    static func weights(_ weights: ClassWeights?, classes: Int) throws(ComputeError) -> [Float]? {
        func require(_ holds: Bool, _ rule: String) throws(ComputeError) {
            guard holds else { throw ComputeError(.invalidSetting, "plan the loss", rule) }
        }
        switch weights {
        case .list(let list):
            try require(list.count == classes, "there are \(list.count) class weights for \(classes) classes")
            try require(list.allSatisfy { $0 >= 0 && $0.isFinite }, "class weights must be finite and at least 0")
            try require(list.contains { $0 > 0 }, "one class weight at least must be above 0")
            return list.map(Float.init)
        case .inverseFrequency, .oneMinusFrequency: throw unresolved("class weights")
        case nil: return nil
        }
    }

    private static func unresolved(_ what: String) -> ComputeError {
        ComputeError(
            .invalidSetting, "plan the loss",
            "\(what) that follow frequencies must be made a list by the samples of each class")
    }

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        guard let adjustment else {
            return try evaluate(outputs: predicted, expected: expected, count: count, gradient: gradient)
        }
        // Kernels read whole vectors.
        if adjusted.count < count * classes + 16 { adjusted = Array(repeating: 0, count: count * classes + 16) }
        for place in 0..<count * classes { adjusted[place] = predicted[place] + adjustment[place % classes] }
        return try adjusted.withUnsafeBufferPointer { (outputs) throws(ComputeError) in
            try evaluate(outputs: outputs.baseAddress!, expected: expected, count: count, gradient: gradient)
        }
    }

    private func evaluate(
        outputs predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        switch expected {
        case .classes(let expected):
            try Self.require(expected, count: count, classes: classes)
            var weight = 0.0
            if let weights, expected.prefix(count).allSatisfy({ weights[Int($0)] == 0 }) {
                // None of the samples counts.
                gradient?.update(repeating: 0, count: count * classes)
                return (0, 0)
            }
            let sum = winnow_cross_entropy(
                predicted, expected.baseAddress, weights, probability.on, probability.off, gradient, count, classes,
                &weight)
            return (sum, weight)
        case .mixedClasses(let expected, let partners, let share):
            try Self.require(expected, count: count, classes: classes)
            try Self.require(partners, count: count, classes: classes)
            let weight = fillDistributions(expected, partners, share: share, count: count)
            guard weight > 0 else {
                gradient?.update(repeating: 0, count: count * classes)
                return (0, 0)
            }
            let sum = winnow_soft_cross_entropy(
                predicted, distributions, gradient, count, classes, Float(1 / weight))
            return (sum, weight)
        case .values:
            throw ComputeError(.invalidBatch, "cross-entropy", "it needs \(count) class indices")
        }
    }

    static func require(
        _ expected: UnsafeBufferPointer<Int32>, count: Int, classes: Int
    ) throws(ComputeError) {
        guard expected.count >= count else {
            throw ComputeError(.invalidBatch, "cross-entropy", "it needs \(count) class indices")
        }
        for expected in expected.prefix(count) where !(0..<Int32(classes)).contains(expected) {
            throw ComputeError(.invalidBatch, "cross-entropy", "class \(expected) is not in 0..<\(classes)")
        }
    }

    /// Row i becomes share w q(y_i) + (1 - share) W / W' w q(y'_i), with W and W' the sums of w_y and of w_y'. They are
    /// equal where the partners are the batch itself in another order.
    ///
    /// - Returns: W.
    private func fillDistributions(
        _ expected: UnsafeBufferPointer<Int32>, _ partners: UnsafeBufferPointer<Int32>, share: Double, count: Int
    ) -> Double {
        func weight(_ label: Int32) -> Double { weights.map { Double($0[Int(label)]) } ?? 1 }
        let sum = expected.prefix(count).reduce(0) { $0 + weight($1) }
        let partnerSum = partners.prefix(count).reduce(0) { $0 + weight($1) }
        let shares = [(expected, share), (partners, partnerSum > 0 ? (1 - share) * sum / partnerSum : 0)]
        let (on, off) = (Double(probability.on), Double(probability.off))
        if distributions.count < count * classes {
            distributions = Array(repeating: 0, count: count * classes)
        }
        for row in 0..<count {
            for label in 0..<classes {
                let probability = shares.reduce(0) { $0 + $1.1 * (Int($1.0[row]) == label ? on : off) }
                distributions[row * classes + label] = Float(weight(Int32(label)) * probability)
            }
        }
        return sum
    }
}
