/// How a trial ended.
package struct TrialOutcome: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable {
        case completed, failed
    }

    package enum StopReason: String, Hashable, Sendable, Codable {
        /// All epochs of the budget were trained.
        case budget
        /// The early-stopping rule said so.
        case earlyStopping = "early_stopping"
        /// Training could not go on; `error` says why.
        case error
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
    /// Nil where no teacher labelled anything.
    package var pseudoLabels: PseudoLabelTally?
    /// One line, where the trial failed.
    package var error: String?

    package init(
        id: AttemptID, state: State, stopReason: StopReason, stopEpoch: Int, wouldHaveStoppedAt: Int? = nil,
        testMetrics: [String: Double] = [:], confusion: [String: ConfusionMatrix]? = nil,
        pseudoLabels: PseudoLabelTally? = nil, error: String? = nil
    ) {
        self.id = id
        self.state = state
        self.stopReason = stopReason
        self.stopEpoch = stopEpoch
        self.wouldHaveStoppedAt = wouldHaveStoppedAt
        self.testMetrics = testMetrics
        self.confusion = confusion
        self.pseudoLabels = pseudoLabels
        self.error = error
    }

    enum CodingKeys: String, CodingKey {
        case id, state, error, confusion
        case stopReason = "stop_reason"
        case stopEpoch = "stop_epoch"
        case wouldHaveStoppedAt = "would_have_stopped_at"
        case testMetrics = "test_metrics"
        case pseudoLabels = "pseudo_labels"
    }
}
