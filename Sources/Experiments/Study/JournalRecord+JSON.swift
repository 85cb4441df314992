extension JournalRecord: PortableShortcut {
    package static func read(_ value: JSONValue) -> JournalRecord? {
        guard value["kind"]?.isText("epoch_finished") == true else { return nil }
        return EpochResult(reading: value).map(JournalRecord.epochFinished)
    }

    package func write(to writer: inout JSONWriter) -> Bool {
        guard case .epochFinished(let result) = self else { return false }
        result.write(to: &writer, kind: "epoch_finished")
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
