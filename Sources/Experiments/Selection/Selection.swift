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
