import Architecture

/// When to stop looking for a better epoch. The value it looks at is the one that selection monitors.
package struct EarlyStoppingDescription: Hashable, Sendable {
    package enum Rule: Hashable, Sendable {
        /// Stop when so many epochs passed without an improvement by more than `minDelta`.
        case patience(epochs: Int, minDelta: Double)
        /// Stop at the first epoch whose value is below the threshold; above it where the goal is to maximize.
        case threshold(Double)
    }

    package let rule: Rule
    /// Only note where training would have stopped, and go on.
    package let keepTraining: Bool

    package init(rule: Rule, keepTraining: Bool = false) {
        self.rule = rule
        self.keepTraining = keepTraining
    }
}

extension EarlyStoppingDescription {
    init(reading section: Section) throws(ExperimentError) {
        let rule: Rule
        switch (section.has("patience"), section.has("threshold")) {
        case (true, true):
            throw section.error(at: "threshold", "give patience or threshold, not both")
        case (_, false):
            section.kind = "stopping by patience"
            rule = .patience(
                epochs: try section.int("patience", in: 1...1_000_000),
                minDelta: try section.double("min_delta", in: .atLeast(0), default: 0))
        case (false, true):
            section.kind = "stopping by threshold"
            rule = .threshold(try section.double("threshold"))
        }
        self.init(rule: rule, keepTraining: try section.bool("keep_training", default: false))
    }
}
