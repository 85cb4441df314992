/// How the learning rate changes while a trial is trained, as a description; Compute evaluates it.
public struct LearningRateSchedule: Hashable, Sendable {
    public enum Course: Hashable, Sendable {
        case constant
        /// Multiplied by `factor` after every so many epochs; `torch.optim.lr_scheduler.StepLR`.
        case step(epochs: Int, factor: Double)
        /// minimum + (rate - minimum) (1 + cos(pi e / epochs)) / 2 in epoch e, from 0; the minimum after `epochs`.
        ///
        /// Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, without
        /// restarts; `CosineAnnealingLR`.
        case cosine(epochs: Int, minimum: Double)
        case oneCycle(OneCycle)
        case reduceOnPlateau(Plateau)
    }

    /// From rate / divisor up to the rate in the first `rise` of all steps, and down to
    /// rate / (divisor finalDivisor) in the others, along half cosines; the momentum (Adam's beta1) goes the
    /// opposite way between its two bounds where it is cycled.
    ///
    /// Source: Smith, Topin, "Super-convergence", arXiv:1708.07120; the form is `OneCycleLR`'s.
    public struct OneCycle: Hashable, Sendable {
        public var epochs: Int
        public var rise: Double
        public var divisor: Double
        public var finalDivisor: Double
        /// The momentum at the highest rate and at the ends; nil leaves it alone.
        public var momentum: ClosedRange<Double>?

        public init(
            epochs: Int, rise: Double = 0.3, divisor: Double = 25, finalDivisor: Double = 1e4,
            momentum: ClosedRange<Double>? = 0.85...0.95
        ) {
            self.epochs = epochs
            self.rise = rise
            self.divisor = divisor
            self.finalDivisor = finalDivisor
            self.momentum = momentum
        }
    }

    /// Multiplied by `factor` once more than `patience` epochs brought no better monitored value; a value is better
    /// by more than the share `threshold` of the best one; `ReduceLROnPlateau`.
    public struct Plateau: Hashable, Sendable {
        public var factor: Double
        public var patience: Int
        public var threshold: Double
        public var minimum: Double

        public init(factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, minimum: Double = 0) {
            self.factor = factor
            self.patience = patience
            self.threshold = threshold
            self.minimum = minimum
        }
    }

    /// Before the course: linearly, step by step, from startFactor * rate to the rate.
    public struct Warmup: Hashable, Sendable {
        public var epochs: Int
        public var startFactor: Double

        public init(epochs: Int, startFactor: Double = 0.1) {
            self.epochs = epochs
            self.startFactor = startFactor
        }
    }

    public var course: Course
    public var warmup: Warmup?

    public init(_ course: Course, warmup: Warmup? = nil) {
        self.course = course
        self.warmup = warmup
    }

    public static let constant = LearningRateSchedule(.constant)
}

extension LearningRateSchedule {
    /// The name that an experiment file uses.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case constant, step, cosine
        case oneCycle = "one_cycle"
        case reduceOnPlateau = "reduce_on_plateau"
    }

    public var kind: Kind {
        switch course {
        case .constant: .constant
        case .step: .step
        case .cosine: .cosine
        case .oneCycle: .oneCycle
        case .reduceOnPlateau: .reduceOnPlateau
        }
    }
}
