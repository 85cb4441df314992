package import Experiments

/// When a trial stops: a pure accumulator of one monitored value per epoch.
///
/// By patience: an epoch improves when it is better than the last improvement by more than `minDelta`, and training
/// stops when `patience` epochs in a row brought none. By threshold: it stops at the first epoch beyond it. NaN and
/// infinities improve nothing. The state lives in checkpoints, so that a resumed trial stops where an uninterrupted
/// one does.
///
/// Source: Prechelt, "Early stopping, but when?", Neural Networks: Tricks of the Trade, 1998.
package struct EarlyStopping: Hashable, Sendable, Codable {
    /// The first epoch after which the rule said stop, whether or not training went on.
    package private(set) var firedAt: Int?

    private let patience: Int?
    private let minDelta: Double
    private let threshold: Double?
    private let keepTraining: Bool
    private let goal: Goal
    private var lastImprovement: Double?
    private var epochsWithoutImprovement = 0

    /// - Parameters:
    ///   - description: nil never stops.
    ///   - goal: which way the monitored value gets better.
    package init(_ description: EarlyStoppingDescription?, goal: Goal) {
        self.goal = goal
        keepTraining = description?.keepTraining ?? false
        switch description?.rule {
        case .patience(let epochs, let minDelta):
            patience = epochs
            self.minDelta = minDelta
            threshold = nil
        case .threshold(let value):
            patience = nil
            minDelta = 0
            threshold = value
        case nil:
            patience = nil
            minDelta = 0
            threshold = nil
        }
    }

    /// Takes the monitored value of one epoch; epochs come in order, each once.
    ///
    /// - Returns: ``shouldStop``.
    @discardableResult
    package mutating func observe(epoch: Int, value: Double) -> Bool {
        if improves(value) {
            lastImprovement = value
            epochsWithoutImprovement = 0
        } else {
            epochsWithoutImprovement += 1
        }
        let isOutOfPatience = patience.map { epochsWithoutImprovement >= $0 } ?? false
        let isBeyondThreshold = threshold.map { value.isFinite && goal.prefers(value, over: $0) } ?? false
        if firedAt == nil, isOutOfPatience || isBeyondThreshold { firedAt = epoch }
        return shouldStop
    }

    /// Whether training ends after the last epoch that was observed.
    package var shouldStop: Bool { firedAt != nil && !keepTraining }

    /// Where training would have stopped, had it not been told to go on.
    package var wouldHaveStoppedAt: Int? { keepTraining ? firedAt : nil }

    /// How many more epochs may pass without an improvement; nil where patience is not the rule.
    package var patienceLeft: Int? { patience.map { max(0, $0 - epochsWithoutImprovement) } }

    private func improves(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        guard let lastImprovement else { return true }
        return switch goal {
        case .minimize: lastImprovement - value > minDelta
        case .maximize: value - lastImprovement > minDelta
        }
    }

    private enum CodingKeys: String, CodingKey {
        case patience, threshold, goal
        case firedAt = "fired_at"
        case minDelta = "min_delta"
        case keepTraining = "keep_training"
        case lastImprovement = "last_improvement"
        case epochsWithoutImprovement = "epochs_without_improvement"
    }
}

/// Which epoch of a trial is kept: the one with the best value so far, the earliest of equals.
///
/// A pure accumulator; it lives in checkpoints, so that a resumed trial selects as an uninterrupted one does.
package struct Selection: Hashable, Sendable, Codable {
    package let goal: Goal
    /// nil until an epoch had a finite value.
    package private(set) var bestEpoch: Int?
    package private(set) var bestValue: Double?

    package init(_ rule: SelectionRule) {
        goal = rule.goal
    }

    /// Takes the monitored value of one epoch. NaN and infinities are never selected.
    ///
    /// - Returns: whether the epoch is the new best.
    @discardableResult
    package mutating func observe(epoch: Int, value: Double) -> Bool {
        guard value.isFinite else { return false }
        if let bestValue, !goal.prefers(value, over: bestValue) { return false }
        bestEpoch = epoch
        bestValue = value
        return true
    }

    private enum CodingKeys: String, CodingKey {
        case goal
        case bestEpoch = "best_epoch"
        case bestValue = "best_value"
    }
}
