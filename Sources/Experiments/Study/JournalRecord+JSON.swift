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
