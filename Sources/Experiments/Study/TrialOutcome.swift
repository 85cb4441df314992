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

/// As ``EpochResult``'s: a study of short trials has little else. Those with confusion matrices or a teacher's labels
/// are left to `Codable`.
extension TrialOutcome {
    /// Nil where a member is missing, is another value, or is one of those that are left to `Codable`.
    package init?(reading value: JSONValue) {
        guard value["confusion"] == nil, value["pseudo_labels"] == nil,
            let id = value["id"].flatMap({ AttemptID(reading: $0) }),
            let state = value["state"]?.text.flatMap(State.init),
            let stopReason = value["stop_reason"]?.text.flatMap(StopReason.init),
            let stopEpoch = value["stop_epoch"]?.integer(as: Int.self),
            let testMetrics = value["test_metrics"]?.numbers
        else { return nil }
        self.init(id: id, state: state, stopReason: stopReason, stopEpoch: stopEpoch, testMetrics: testMetrics)
        if let member = value["error"] {
            guard let text = member.text else { return nil }
            error = text
        }
        if let member = value["would_have_stopped_at"] {
            guard let epoch = member.integer(as: Int.self) else { return nil }
            wouldHaveStoppedAt = epoch
        }
    }

    /// - Parameter kind: the object's `kind`, beside the outcome's own members; nil where it has none.
    /// - Returns: false, with nothing written, where it is left to `Codable`.
    package func write(to writer: inout JSONWriter, kind: StaticString?) -> Bool {
        guard confusion == nil, pseudoLabels == nil else { return false }
        writer.write(raw: "{")
        if let error {
            writer.write(raw: #""error":"#)
            writer.write(error)
            writer.write(raw: ",")
        }
        writer.write(raw: #""id":"#)
        id.write(to: &writer)
        if let kind {
            writer.write(raw: #","kind":""#)
            writer.write(raw: kind)
            writer.write(raw: "\"")
        }
        writer.write(raw: #","state":"#)
        writer.write(state.rawValue)
        writer.write(raw: #","stop_epoch":"#)
        writer.write(stopEpoch)
        writer.write(raw: #","stop_reason":"#)
        writer.write(stopReason.rawValue)
        writer.write(raw: #","test_metrics":"#)
        writer.write(testMetrics)
        if let wouldHaveStoppedAt {
            writer.write(raw: #","would_have_stopped_at":"#)
            writer.write(wouldHaveStoppedAt)
        }
        writer.write(raw: "}")
        return true
    }
}
