#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What training minimises, as a description.
public enum LossDescription: Hashable, Sendable {
    case crossEntropy(CrossEntropy = CrossEntropy())
    case focal(Focal = Focal())
    /// -(y log s + (1 - y) log(1 - s)) with s = 1 / (1 + exp(-x)), the mean over batch and outputs.
    case binaryCrossEntropy
    /// (x - y)^2, the mean over batch and outputs.
    case meanSquaredError
    /// |x - y|, the mean over batch and outputs.
    case meanAbsoluteError
    /// (x - y)^2 / 2 where |x - y| is at most delta, delta (|x - y| - delta / 2) elsewhere; the mean over both.
    ///
    /// Source: Huber, "Robust estimation of a location parameter", 1964; `torch.nn.HuberLoss`.
    case huber(delta: Double = 1)
    /// level (y - x) where x is below y, (1 - level) (x - y) elsewhere, the mean over batch and outputs: least where x is the
    /// quantile of y at that level.
    ///
    /// Source: Koenker, Bassett, "Regression quantiles", Econometrica 46(1), 1978; scikit-learn's `mean_pinball_loss`.
    case quantile(level: Double = 0.5)

    /// - w_y (1 - p)^gamma log p with p = softmax(x)_y, summed over the batch and divided by the sum of the samples' class
    /// weights: samples that are right already count less.
    ///
    /// Source: Lin et al., "Focal loss for dense object detection", ICCV 2017, with the softmax of several classes.
    public struct Focal: Hashable, Sendable {
        public var gamma: Double
        public var classWeights: ClassWeights?

        public init(gamma: Double = 2, classWeights: ClassWeights? = nil) {
            self.gamma = gamma
            self.classWeights = classWeights
        }
    }

    /// - sum over classes c of w_c q_c log softmax(x)_c, summed over the batch and divided by the sum of the samples'
    /// class weights, as `torch.nn.CrossEntropyLoss` does; q is 1 for the true class and 0 elsewhere, unless smoothed.
    public struct CrossEntropy: Hashable, Sendable {
        public var labelSmoothing: LabelSmoothing?
        public var classWeights: ClassWeights?
        public var logitAdjustment: LogitAdjustment?

        public init(
            labelSmoothing: LabelSmoothing? = nil, classWeights: ClassWeights? = nil,
            logitAdjustment: LogitAdjustment? = nil
        ) {
            self.labelSmoothing = labelSmoothing
            self.classWeights = classWeights
            self.logitAdjustment = logitAdjustment
        }
    }
}

/// What is added to the outputs in the loss, and not in predictions.
///
/// Source: Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.
public enum LogitAdjustment: Hashable, Sendable {
    /// strength log(n_c / n), with n_c the training samples of class c, n of all.
    case frequencies(strength: Double)
    case list([Double])
}

extension LossDescription {
    /// How much each class counts; nil where all count alike.
    public var classWeights: ClassWeights? {
        switch self {
        case .crossEntropy(let settings): settings.classWeights
        case .focal(let settings): settings.classWeights
        default: nil
        }
    }

    /// The same loss with what depends on the training samples that each class has as a list.
    ///
    /// - Parameter classCounts: nil where the samples have no classes.
    public func resolved(classCounts: [Int]?) -> LossDescription {
        guard let classCounts else { return self }
        func list(_ weights: ClassWeights?) -> ClassWeights? { weights.map { .list($0.weights(counts: classCounts)) } }
        switch self {
        case .crossEntropy(var settings):
            settings.classWeights = list(settings.classWeights)
            if case .frequencies(let strength) = settings.logitAdjustment {
                let all = Double(classCounts.reduce(0, +))
                settings.logitAdjustment = .list(classCounts.map { strength * log(Double($0) / all) })
            }
            return .crossEntropy(settings)
        case .focal(var settings):
            settings.classWeights = list(settings.classWeights)
            return .focal(settings)
        default: return self
        }
    }
}

/// A share of the target's probability that other classes get.
///
/// Source: Szegedy et al., "Rethinking the inception architecture for computer vision", CVPR 2016.
public struct LabelSmoothing: Hashable, Sendable {
    public enum Spread: String, Hashable, Sendable, CaseIterable {
        /// The true class has 1 - a, each other one a / (K - 1).
        case others
        /// a / K for every class, and 1 - a more for the true one; PyTorch's form.
        case all
    }

    public var amount: Double
    public var spread: Spread

    public init(amount: Double, spread: Spread) {
        self.amount = amount
        self.spread = spread
    }
}

/// How much each class counts in the loss.
public enum ClassWeights: Hashable, Sendable {
    case list([Double])
    /// n / (K n_c), with n_c the training samples of class c, n of all K classes.
    case inverseFrequency
    /// 1 - n_c / n.
    case oneMinusFrequency

    /// The weight of each class, given the training samples that each has.
    public func weights(counts: [Int]) -> [Double] {
        let all = Double(counts.reduce(0, +))
        return switch self {
        case .list(let weights): weights
        case .inverseFrequency: counts.map { all / (Double(counts.count) * Double($0)) }
        case .oneMinusFrequency: counts.map { 1 - Double($0) / all }
        }
    }
}

extension LossDescription {
    /// The name that an experiment file uses.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case crossEntropy = "cross_entropy"
        case binaryCrossEntropy = "binary_cross_entropy"
        case meanSquaredError = "mean_squared_error"
        case meanAbsoluteError = "mean_absolute_error"
        case huber
        case focal, quantile
    }

    public var kind: Kind {
        switch self {
        case .crossEntropy: .crossEntropy
        case .binaryCrossEntropy: .binaryCrossEntropy
        case .meanSquaredError: .meanSquaredError
        case .meanAbsoluteError: .meanAbsoluteError
        case .huber: .huber
        case .focal: .focal
        case .quantile: .quantile
        }
    }
}
