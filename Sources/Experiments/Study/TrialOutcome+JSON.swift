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
