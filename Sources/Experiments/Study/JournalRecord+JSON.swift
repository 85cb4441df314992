/// What a study writes again and again: each epoch's result, and each trial's beginning and end.
extension JournalRecord: PortableShortcut {
    package static func read(_ value: JSONValue) -> JournalRecord? {
        guard let kind = value["kind"] else { return nil }
        if kind.isText("epoch_finished") { return EpochResult(reading: value).map(JournalRecord.epochFinished) }
        if kind.isText("attempt_started") { return AttemptStarted(reading: value).map(JournalRecord.attemptStarted) }
        if kind.isText("trial_finished") { return TrialFinished(reading: value).map(JournalRecord.trialFinished) }
        return nil
    }

    package func write(to writer: inout JSONWriter) -> Bool {
        switch self {
        case .epochFinished(let result):
            result.write(to: &writer, kind: "epoch_finished")
            return true
        case .attemptStarted(let body):
            body.write(to: &writer)
            return true
        case .trialFinished(let body):
            return body.write(to: &writer)
        default:
            return false
        }
    }
}

extension JournalRecord.AttemptStarted {
    fileprivate init?(reading value: JSONValue) {
        guard let id = value["id"].flatMap({ AttemptID(reading: $0) }), let worker = value["worker"]?.text,
            let fromEpoch = value["from_epoch"]?.integer(as: Int.self), let unix = value["unix"]?.double
        else { return nil }
        self.init(id: id, worker: worker, fromEpoch: fromEpoch, unix: unix)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.write(raw: #"{"from_epoch":"#)
        writer.write(fromEpoch)
        writer.write(raw: #","id":"#)
        id.write(to: &writer)
        writer.write(raw: #","kind":"attempt_started","unix":"#)
        writer.write(unix)
        writer.write(raw: #","worker":"#)
        writer.write(worker)
        writer.write(raw: "}")
    }
}

extension JournalRecord.TrialFinished {
    fileprivate init?(reading value: JSONValue) {
        guard let outcome = value["outcome"].flatMap({ TrialOutcome(reading: $0) }), let unix = value["unix"]?.double
        else { return nil }
        self.init(outcome: outcome, unix: unix)
    }

    fileprivate func write(to writer: inout JSONWriter) -> Bool {
        guard outcome.confusion == nil, outcome.pseudoLabels == nil else { return false }
        writer.write(raw: #"{"kind":"trial_finished","outcome":"#)
        _ = outcome.write(to: &writer, kind: nil)
        writer.write(raw: #","unix":"#)
        writer.write(unix)
        writer.write(raw: "}")
        return true
    }
}

extension JournalRecord {
    /// The kind of a record that is whole, but of none of the kinds that this program knows; nil for all other bytes.
    package static func unknownKind(of bytes: [UInt8]) -> String? {
        guard let kind = try? JSONDocument(bytes).root["kind"]?.text, Kind(rawValue: kind) == nil else { return nil }
        return kind
    }
}
