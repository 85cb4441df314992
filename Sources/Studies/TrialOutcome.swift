/// How a trial ended.
package struct TrialOutcome: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case completed, failed
        /// The search ended it before its budget: what it came to is no result.
        case pruned
    }

    package enum StopReason: String, Hashable, Sendable {
        /// All epochs of the budget were trained.
        case budget
        /// The early-stopping rule said so.
        case earlyStopping = "early_stopping"
        /// Training could not go on; `error` says why.
        case error
        /// The search decided so.
        case decision
        /// Its program ended by itself.
        case program

        /// Whether the trial itself saw no use in going on.
        var isByChoice: Bool { self == .earlyStopping || self == .program }
    }

    package var id: AttemptID
    package var state: State
    package var stopReason: StopReason
    /// The last epoch that was trained, or that failed.
    package var stopEpoch: Int
    /// Where early stopping would have stopped, had it not been told to keep training.
    package var wouldHaveStoppedAt: Int?
    /// `test_loss`, ... of the selected epoch's weights; empty where there is no test split.
    package var testMetrics: [String: Double]
    /// The selected epoch's confusion matrices by part, `validation` and `test`; nil for a regression.
    package var confusion: [String: ConfusionMatrix]?
    /// How sure the selected epoch's weights are and how often right, by part; nil for a regression.
    package var reliability: [String: Reliability]?
    /// Nil where no teacher labelled anything.
    package var pseudoLabels: PseudoLabelTally?
    /// One line, where the trial failed.
    package var error: String?

    package init(
        id: AttemptID, state: State, stopReason: StopReason, stopEpoch: Int, wouldHaveStoppedAt: Int? = nil,
        testMetrics: [String: Double] = [:], confusion: [String: ConfusionMatrix]? = nil,
        reliability: [String: Reliability]? = nil, pseudoLabels: PseudoLabelTally? = nil, error: String? = nil
    ) {
        self.id = id
        self.state = state
        self.stopReason = stopReason
        self.stopEpoch = stopEpoch
        self.wouldHaveStoppedAt = wouldHaveStoppedAt
        self.testMetrics = testMetrics
        self.confusion = confusion
        self.reliability = reliability
        self.pseudoLabels = pseudoLabels
        self.error = error
    }

}

extension TrialOutcome.StopReason {
    /// Why training stopped, for people.
    package var words: String {
        switch self {
        case .budget: "the budget"
        case .earlyStopping: "early stopping"
        case .error: "an error"
        case .decision: "the search's decision"
        case .program: "the program's end"
        }
    }
}

extension TrialOutcome {
    /// The end of a trial that could not go on.
    package static func failed(_ id: AttemptID, after epoch: Int, _ error: String) -> TrialOutcome {
        TrialOutcome(id: id, state: .failed, stopReason: .error, stopEpoch: epoch, error: error)
    }
}

/// What became of the unlabelled samples when a teacher labelled them.
package struct PseudoLabelTally: Hashable, Sendable, Codable {
    /// How many unlabelled samples there are.
    package var offered: Int
    /// How many the teacher was sure enough of.
    package var kept: Int
    /// How many of those kept have a known truth.
    package var known: Int
    /// How many of those it labelled rightly.
    package var right: Int

    package init(offered: Int, kept: Int, known: Int, right: Int) {
        self.offered = offered
        self.kept = kept
        self.known = known
        self.right = right
    }
}
