public import Architecture
internal import Glibc

/// The learning rate of every step, as a schedule says, and what the schedule has learned from validation so far.
public struct LearningRateController: Sendable {
    /// Which way the monitored value gets better.
    public enum Goal: Sendable {
        case minimize
        case maximize

        fileprivate func prefers(_ value: Double, over other: Double) -> Bool {
            switch self {
            case .minimize: value < other
            case .maximize: value > other
            }
        }
    }

    /// What a schedule that looks at results keeps from epoch to epoch.
    public struct State: Sendable, Hashable {
        /// The best monitored value; nil before the first.
        public var best: Double?
        /// Epochs without a better one.
        public var badEpochs: Int
        /// What the rate is multiplied by.
        public var factor: Double

        public init(best: Double? = nil, badEpochs: Int = 0, factor: Double = 1) {
            self.best = best
            self.badEpochs = badEpochs
            self.factor = factor
        }
    }

    /// Set it to go on from there.
    public var state = State()

    private let schedule: LearningRateSchedule
    private let learningRate: Double
    private let stepsPerEpoch: Int
    private let goal: Goal

    /// - Parameter learningRate: the optimizer's.
    public init(schedule: LearningRateSchedule, learningRate: Double, stepsPerEpoch: Int, goal: Goal) {
        self.schedule = schedule
        self.learningRate = learningRate
        self.stepsPerEpoch = stepsPerEpoch
        self.goal = goal
    }

    /// The rate of a step, and the momentum where it is cycled.
    ///
    /// - Parameters:
    ///   - epoch: from 1.
    ///   - step: within the epoch, from 0.
    public func rate(epoch: Int, step: Int) -> (learningRate: Double, momentum: Double?) {
        var epochsBefore = epoch - 1
        if let warmup = schedule.warmup {
            guard epochsBefore >= warmup.epochs else {
                let share =
                    Double(epochsBefore * stepsPerEpoch + step) / Double(warmup.epochs * stepsPerEpoch)
                return (learningRate * (warmup.startFactor + (1 - warmup.startFactor) * share), nil)
            }
            epochsBefore -= warmup.epochs
        }
        switch schedule.course {
        case .constant:
            return (learningRate, nil)
        case .step(let epochs, let factor):
            return (learningRate * pow(factor, Double(epochsBefore / epochs)), nil)
        case .cosine(let epochs, let minimum):
            let share = min(1, Double(epochsBefore) / Double(epochs))
            return (Self.cosine(from: learningRate, to: minimum, share: share), nil)
        case .oneCycle(let cycle):
            return oneCycle(cycle, step: epochsBefore * stepsPerEpoch + step)
        case .reduceOnPlateau(let plateau):
            return (max(plateau.minimum, learningRate * state.factor), nil)
        }
    }

    /// `OneCycleLR`'s phases: up to step rise * total - 1, then down to the last one.
    private func oneCycle(_ cycle: LearningRateSchedule.OneCycle, step: Int) -> (Double, Double?) {
        let total = Double(cycle.epochs * stepsPerEpoch)
        let top = cycle.rise * total - 1
        let start = learningRate / cycle.divisor
        let step = min(Double(step), total - 1)
        let (low, high) = (cycle.momentum?.lowerBound, cycle.momentum?.upperBound)
        func momentum(from: Double?, to: Double?, _ share: Double) -> Double? {
            from.map { Self.cosine(from: $0, to: to!, share: share) }
        }
        if step <= top {
            // Where the rise has one step, that is the top already.
            let share = top > 0 ? step / top : 1
            return (Self.cosine(from: start, to: learningRate, share: share), momentum(from: high, to: low, share))
        }
        let share = (step - top) / (total - 1 - top)
        return (
            Self.cosine(from: learningRate, to: start / cycle.finalDivisor, share: share),
            momentum(from: low, to: high, share)
        )
    }

    private static func cosine(from: Double, to: Double, share: Double) -> Double {
        to + (from - to) / 2 * (1 + cos(.pi * share))
    }

    /// Takes notice of an epoch's monitored value.
    public mutating func observe(epoch: Int, monitored value: Double) {
        guard case .reduceOnPlateau(let plateau) = schedule.course, epoch > schedule.warmup?.epochs ?? 0 else { return }
        if isBetter(value, threshold: plateau.threshold) {
            state.best = value
            state.badEpochs = 0
        } else {
            state.badEpochs += 1
        }
        if state.badEpochs > plateau.patience {
            state.factor *= plateau.factor
            state.badEpochs = 0
        }
    }

    /// Better than the best by more than the share `threshold` of its size.
    ///
    /// PyTorch takes best (1 - threshold) and best (1 + threshold) for negative values, too, which lie on the wrong side
    /// of them: every value near the best one is then better, and the rate is never reduced.
    private func isBetter(_ value: Double, threshold: Double) -> Bool {
        guard let best = state.best else { return !value.isNaN }
        return switch (goal, best < 0) {
        case (.minimize, false), (.maximize, true): goal.prefers(value, over: best * (1 - threshold))
        case (.minimize, true), (.maximize, false): goal.prefers(value, over: best * (1 + threshold))
        }
    }
}
