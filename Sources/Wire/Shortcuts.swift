package import Experiments

/// An epoch's result and its acknowledgement are read and written by hand.
extension WorkerMessage: PortableShortcut {
    package static func read(_ value: JSONValue) -> WorkerMessage? {
        guard value["kind"]?.isText("epoch") == true else { return nil }
        return EpochResult(reading: value).map(WorkerMessage.epochFinished)
    }

    package func write(to writer: inout JSONWriter) -> Bool {
        guard case .epochFinished(let result) = self else { return false }
        result.write(to: &writer, kind: "epoch")
        return true
    }
}

extension CoordinatorMessage: PortableShortcut {
    package static func read(_ value: JSONValue) -> CoordinatorMessage? {
        guard value["kind"]?.isText("epoch_stored") == true,
            let id = value["id"].flatMap({ AttemptID(reading: $0) }),
            let epoch = value["epoch"]?.integer(as: Int.self)
        else { return nil }
        return .epochStored(.init(id: id, epoch: epoch))
    }

    package func write(to writer: inout JSONWriter) -> Bool {
        guard case .epochStored(let stored) = self else { return false }
        writer.write(raw: #"{"epoch":"#)
        writer.write(stored.epoch)
        writer.write(raw: #","id":"#)
        stored.id.write(to: &writer)
        writer.write(raw: #","kind":"epoch_stored"}"#)
        return true
    }
}
