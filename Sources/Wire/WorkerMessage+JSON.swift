package import Experiments

/// What comes again and again is read and written by hand: results, heartbeats, and what goes around each trial.
extension WorkerMessage {
    package static func read(_ value: JSONValue) -> WorkerMessage? {
        guard let kind = value["kind"] else { return nil }
        if kind.isText("epoch") {
            guard let result = EpochResult(reading: value) else { return nil }
            guard let member = value["heartbeat"] else { return .epochFinished(result) }
            return Heartbeat(reading: member).map { .epochFinished(result, heartbeat: $0) }
        }
        if kind.isText("heartbeat") { return Heartbeat(reading: value).map(WorkerMessage.heartbeat) }
        if kind.isText("finished") { return TrialOutcome(reading: value).map(WorkerMessage.finished) }
        if kind.isText("ready") {
            return value["slots"]?.integer(as: Int.self).map { .ready(.init(slots: $0)) }
        }
        return nil
    }

    package func write(to writer: inout JSONWriter) -> Bool {
        switch self {
        case .epochFinished(let result, let heartbeat):
            result.write(to: &writer, kind: "epoch") { writer in
                guard let heartbeat else { return }
                writer.write(raw: #","heartbeat":"#)
                heartbeat.write(to: &writer, kind: "")
            }
            return true
        case .heartbeat(let heartbeat):
            heartbeat.write(to: &writer, kind: #","kind":"heartbeat""#)
            return true
        case .finished(let outcome):
            return outcome.write(to: &writer, kind: "finished")
        case .ready(let ready):
            writer.write(raw: #"{"kind":"ready","slots":"#)
            writer.write(ready.slots)
            writer.write(raw: "}")
            return true
        default:
            return false
        }
    }
}

extension WorkerMessage.Heartbeat {
    fileprivate init?(reading value: JSONValue) {
        guard let sequence = value["sequence"]?.integer(as: Int.self),
            let heard = value["heard"]?.integer(as: Int.self),
            let slots = value["slots"]?.integer(as: Int.self), let elements = value["progress"]?.elements
        else { return nil }
        let progress = elements.compactMap { Progress(reading: $0) }
        guard progress.count == elements.count else { return nil }
        self.init(sequence: sequence, heard: heard, slots: slots, progress: progress)
        if let member = value["trouble"] {
            guard let text = member.text else { return nil }
            trouble = text
        }
    }

    /// - Parameter kind: the member that makes a message of it, or nothing.
    fileprivate func write(to writer: inout JSONWriter, kind: StaticString) {
        writer.write(raw: #"{"heard":"#)
        writer.write(heard)
        writer.write(raw: kind)
        writer.write(raw: #","progress":["#)
        for (index, one) in progress.enumerated() {
            if index > 0 { writer.write(raw: ",") }
            one.write(to: &writer)
        }
        writer.write(raw: #"],"sequence":"#)
        writer.write(sequence)
        writer.write(raw: #","slots":"#)
        writer.write(slots)
        if let trouble {
            writer.write(raw: #","trouble":"#)
            writer.write(trouble)
        }
        writer.write(raw: "}")
    }
}

extension Progress {
    fileprivate init?(reading value: JSONValue) {
        guard let id = value["id"].flatMap({ AttemptID(reading: $0) }),
            let epoch = value["epoch"]?.integer(as: Int.self),
            let step = value["step"]?.integer(as: Int.self), let steps = value["steps"]?.integer(as: Int.self)
        else { return nil }
        self.init(id: id, epoch: epoch, step: step, steps: steps, patienceLeft: nil)
        if let member = value["patience_left"] {
            guard let epochs = member.integer(as: Int.self) else { return nil }
            patienceLeft = epochs
        }
        if let member = value["stage"] {
            guard let text = member.text else { return nil }
            stage = text
        }
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.write(raw: #"{"epoch":"#)
        writer.write(epoch)
        writer.write(raw: #","id":"#)
        id.write(to: &writer)
        if let patienceLeft {
            writer.write(raw: #","patience_left":"#)
            writer.write(patienceLeft)
        }
        if let stage {
            writer.write(raw: #","stage":"#)
            writer.write(stage)
        }
        writer.write(raw: #","step":"#)
        writer.write(step)
        writer.write(raw: #","steps":"#)
        writer.write(steps)
        writer.write(raw: "}")
    }
}
