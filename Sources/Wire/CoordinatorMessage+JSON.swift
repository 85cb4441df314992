package import Experiments

/// The answers to what comes again and again are read and written by hand.
extension CoordinatorMessage {
    package static func read(_ value: JSONValue) -> CoordinatorMessage? {
        guard let kind = value["kind"] else { return nil }
        if kind.isText("epoch_stored") {
            guard let id = value["id"].flatMap({ AttemptID(reading: $0) }),
                let epoch = value["epoch"]?.integer(as: Int.self)
            else { return nil }
            guard let member = value["answers"] else { return .epochStored(.init(id: id, epoch: epoch)) }
            return member.integer(as: Int.self).map { .epochStored(.init(id: id, epoch: epoch, answers: $0)) }
        }
        if kind.isText("heartbeat") {
            guard let generation = value["generation"]?.integer(as: Int.self),
                let answers = value["answers"]?.integer(as: Int.self)
            else { return nil }
            return .heartbeat(.init(generation: generation, answers: answers))
        }
        if kind.isText("outcome_stored") { return AttemptID(reading: value).map(CoordinatorMessage.outcomeStored) }
        if kind.isText("assign") { return Assign(reading: value).map(CoordinatorMessage.assign) }
        return nil
    }

    package func write(to writer: inout JSONWriter) -> Bool {
        switch self {
        case .epochStored(let stored):
            writer.write(raw: "{")
            if let answers = stored.answers {
                writer.write(raw: #""answers":"#)
                writer.write(answers)
                writer.write(raw: ",")
            }
            writer.write(raw: #""epoch":"#)
            writer.write(stored.epoch)
            writer.write(raw: #","id":"#)
            stored.id.write(to: &writer)
            writer.write(raw: #","kind":"epoch_stored"}"#)
        case .heartbeat(let heartbeat):
            writer.write(raw: #"{"answers":"#)
            writer.write(heartbeat.answers)
            writer.write(raw: #","generation":"#)
            writer.write(heartbeat.generation)
            writer.write(raw: #","kind":"heartbeat"}"#)
        case .outcomeStored(let id):
            writer.write(raw: #"{"attempt":"#)
            writer.write(id.attempt)
            writer.write(raw: #","kind":"outcome_stored","trial":"#)
            writer.write(id.trial)
            writer.write(raw: "}")
        case .assign(let assign) where assign.resume == nil:
            assign.write(to: &writer)
        default:
            return false
        }
        return true
    }
}

/// Those that begin at the first epoch.
extension CoordinatorMessage.Assign {
    fileprivate init?(reading value: JSONValue) {
        guard value["resume"] == nil, let id = value["id"].flatMap({ AttemptID(reading: $0) }),
            let seed = value["seed"]?.integer(as: UInt64.self), let experiment = value["experiment"]?.text,
            let dataDigest = value["data_sha256"]?.text
        else { return nil }
        self.init(id: id, seed: seed, experiment: experiment, dataDigest: dataDigest, resume: nil)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.write(raw: #"{"data_sha256":"#)
        writer.write(dataDigest)
        writer.write(raw: #","experiment":"#)
        writer.write(experiment)
        writer.write(raw: #","id":"#)
        id.write(to: &writer)
        writer.write(raw: #","kind":"assign","seed":"#)
        writer.write(UInt(seed))
        writer.write(raw: "}")
    }
}
