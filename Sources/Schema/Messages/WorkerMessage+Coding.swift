package import Studies
import SwiftProtobuf

extension WorkerMessage: WireMessage {
    package static func decode(
        _ header: [UInt8], beside: [UInt8]
    ) throws(WireError) -> (WorkerMessage, bytes: [UInt8]) {
        let proto = try ProtoWorkerMessage.decode(header)
        let study = StudyID(proto.study)
        guard case .row(let row) = proto.kind else {
            return (
                try WireError.unify { () throws(MalformedPart) in try WorkerMessage(proto.kind, of: study) }, beside
            )
        }
        // These bytes go into the journal as they are: nothing may hide in them.
        guard Self.isOneRow(header), row.unknownFields.data.isEmpty else {
            throw WireError(reason: "a row's message is its study and the row as one record, and nothing else")
        }
        var heartbeat: Heartbeat?
        if !beside.isEmpty {
            guard case .heartbeat(let body) = try ProtoWorkerMessage.decode(beside).kind else {
                throw WireError(reason: "what comes beside a row is a heartbeat")
            }
            heartbeat = Heartbeat(body)
        }
        return (.epochFinished(Row(row, of: study), heartbeat: heartbeat), header)
    }

    /// Whether the header is field 1, the study, and then field 2, one row, to its end: a parser takes the last of several
    /// kinds, and would not see what came before it.
    private static func isOneRow(_ header: [UInt8]) -> Bool {
        guard header.count > 10, header[0] == 0x09, header[9] == 0x12 else { return false }
        var (length, shift, place) = (0, 0, 10)
        while place < header.count, shift < 28 {
            let byte = Int(header[place])
            place += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { return length == header.count - place }
        }
        return false
    }

    package func encoded(bytes: [UInt8]) throws(WireError) -> (header: [UInt8], beside: [UInt8]) {
        guard case .epochFinished(let row, let heartbeat) = self else { return (try proto.encoded(), bytes) }
        let header = bytes.isEmpty ? JournalRecord.epochFinished(row).encoded(of: row.id.study) : bytes
        guard let heartbeat else { return (header, []) }
        return (header, try WorkerMessage.heartbeat(heartbeat).proto.encoded())
    }

    package static func kind(of header: [UInt8]) -> String? {
        guard let proto = try? ProtoWorkerMessage.decode(header) else { return nil }
        if case .hello = proto.kind { return "hello" }
        return nil
    }

    /// The version that a hello names; nil for all else.
    package static func declaredVersion(of header: [UInt8]) -> Int? {
        guard header.count <= maximumHeaderSize, case .hello(let hello)? = try? ProtoWorkerMessage.decode(header).kind
        else { return nil }
        return Int(hello.protocolVersion)
    }

    private init(_ kind: ProtoWorkerMessage.OneOf_Kind?, of study: StudyID) throws(MalformedPart) {
        switch kind {
        case .row(let row): self = .epochFinished(Row(row, of: study))
        case .hello(let hello): self = .hello(Hello(hello))
        case .ready(let ready): self = .ready(.init(slots: Int(ready.slots)))
        case .heartbeat(let heartbeat): self = .heartbeat(Heartbeat(heartbeat))
        case .upload(let chunk): self = .upload(try Chunk(chunk, of: study))
        case .placed(let placed):
            self = .placed(.init(id: AttemptID(placed.id, of: study), file: try StoredFile(placed.file)))
        case .fetch(let fetch):
            self = .fetch(
                .init(id: AttemptID(fetch.id, of: study), file: try .init(fetch.file), offset: Int(fetch.offset)))
        case .fetchData(let fetch):
            self = .fetchData(
                .init(data: fetch.dataSha256, path: fetch.hasPath ? fetch.path : nil, offset: Int(fetch.offset)))
        case .fetchExperiment(let fetch): self = .fetchExperiment(.init(study: study, digest: fetch.sha256))
        case .finished(let outcome): self = .finished(try TrialOutcome(outcome, of: study))
        case .handBack(let id): self = .handBack(AttemptID(id, of: study))
        case .goodbye: self = .goodbye(.init())
        case .output(let output): self = .output(AttemptID(output.id, of: study))
        case .programEnvironment(let body): self = .programEnvironment(study, body.environment)
        case nil: throw MalformedPart(reason: "no kind that is known")
        }
    }

    private var proto: ProtoWorkerMessage {
        .with { message in
            if let study { message.study = study.bits }
            switch self {
            case .epochFinished(let row, _): message.row = row.proto
            case .hello(let hello): message.hello = hello.proto
            case .ready(let ready): message.ready = .with { $0.slots = Int64(ready.slots) }
            case .heartbeat(let heartbeat): message.heartbeat = heartbeat.proto
            case .upload(let chunk): message.upload = chunk.proto
            case .placed(let placed):
                message.placed = .with { ($0.id, $0.file) = (placed.id.proto, placed.file.proto) }
            case .fetch(let fetch):
                message.fetch = .with {
                    ($0.id, $0.file, $0.offset) = (fetch.id.proto, fetch.file.proto, Int64(fetch.offset))
                }
            case .fetchData(let fetch):
                message.fetchData = .with {
                    $0.dataSha256 = fetch.data
                    if let path = fetch.path { $0.path = path }
                    $0.offset = Int64(fetch.offset)
                }
            case .fetchExperiment(let fetch): message.fetchExperiment = .with { $0.sha256 = fetch.digest }
            case .finished(let outcome): message.finished = outcome.proto
            case .handBack(let id): message.handBack = id.proto
            case .goodbye: message.goodbye = .init()
            case .output(let id): message.output = .with { $0.id = id.proto }
            case .programEnvironment(_, let values): message.programEnvironment = .with { $0.environment = values }
            }
        }
    }

    /// The study that it is about; nil where it is about none.
    package var study: StudyID? {
        switch self {
        case .epochFinished(let row, _): row.id.study
        case .upload(let chunk): chunk.id.study
        case .placed(let placed): placed.id.study
        case .fetch(let fetch): fetch.id.study
        case .fetchExperiment(let fetch): fetch.study
        case .finished(let outcome): outcome.id.study
        case .handBack(let id), .output(let id): id.study
        case .programEnvironment(let study, _): study
        case .hello, .ready, .heartbeat, .fetchData, .goodbye: nil
        }
    }
}

extension WorkerMessage.Hello {
    fileprivate init(_ proto: ProtoHello) {
        self.init(
            protocolVersion: Int(proto.protocolVersion), worker: proto.worker, program: proto.program, host: proto.host,
            slots: Int(proto.slots), tags: proto.tags, environment: proto.environment,
            running: proto.running.map { AttemptID($0, of: .none) })
        let kept = proto.kept.map { Kept(worker: $0.worker, id: AttemptID($0.id, of: .none)) }
        self.kept = kept.isEmpty ? nil : kept
    }

    fileprivate var proto: ProtoHello {
        .with {
            $0.protocolVersion = Int64(protocolVersion)
            $0.worker = worker
            $0.program = program
            $0.host = host
            $0.slots = Int64(slots)
            $0.tags = tags
            $0.environment = environment
            $0.running = running.map(\.listed)
            $0.kept = (kept ?? []).map { kept in .with { ($0.worker, $0.id) = (kept.worker, kept.id.listed) } }
        }
    }
}

extension WorkerMessage.Heartbeat {
    fileprivate init(_ proto: ProtoHeartbeat) {
        self.init(
            sequence: Int(proto.sequence), heard: Int(proto.heard), slots: Int(proto.slots),
            progress: proto.progress.map { Progress($0) }, trouble: proto.hasTrouble ? proto.trouble : nil)
    }

    fileprivate var proto: ProtoHeartbeat {
        .with {
            $0.sequence = Int64(sequence)
            $0.heard = Int64(heard)
            $0.slots = Int64(slots)
            $0.progress = progress.map(\.proto)
            if let trouble { $0.trouble = trouble }
        }
    }
}

extension Progress {
    fileprivate init(_ proto: ProtoProgress) {
        self.init(
            id: AttemptID(proto.id, of: .none), epoch: Int(proto.epoch), step: Int(proto.step), steps: Int(proto.steps),
            patienceLeft: proto.hasPatienceLeft ? Int(proto.patienceLeft) : nil,
            stage: proto.hasStage ? proto.stage : nil)
    }

    fileprivate var proto: ProtoProgress {
        .with {
            $0.id = id.listed
            $0.epoch = Int64(epoch)
            $0.step = Int64(step)
            $0.steps = Int64(steps)
            if let patienceLeft { $0.patienceLeft = Int64(patienceLeft) }
            if let stage { $0.stage = stage }
        }
    }
}

extension Chunk {
    init(_ proto: ProtoChunk, of study: StudyID) throws(MalformedPart) {
        self.init(
            id: AttemptID(proto.id, of: study), file: try StoredFile(proto.file), offset: Int(proto.offset),
            copied: proto.hasCopied
                ? .init(
                    sha256: proto.copied.sha256, offset: Int(proto.copied.offset), count: Int(proto.copied.count))
                : nil)
    }

    var proto: ProtoChunk {
        .with { chunk in
            (chunk.id, chunk.file, chunk.offset) = (id.proto, file.proto, Int64(offset))
            if let copied {
                chunk.copied = .with {
                    ($0.sha256, $0.offset, $0.count) = (copied.sha256, Int64(copied.offset), Int64(copied.count))
                }
            }
        }
    }
}

extension Message {
    /// - Throws: ``WireError`` in few words: the library's may hold what came in.
    static func decode(_ bytes: [UInt8]) throws(WireError) -> Self {
        do {
            return try Self(serializedBytes: bytes, options: .bounded)
        } catch {
            throw WireError(reason: "not a message of protocol version \(protocolVersion)")
        }
    }

    func encoded() throws(WireError) -> [UInt8] {
        do {
            return try serializedBytes(options: .ordered)
        } catch {
            throw WireError(reason: "cannot encode a message: \(error)")
        }
    }
}

extension WireError {
    static func unify<Result>(_ body: () throws(MalformedPart) -> Result) throws(WireError) -> Result {
        do {
            return try body()
        } catch {
            throw WireError(reason: "not a message of protocol version \(protocolVersion): \(error.reason)")
        }
    }
}
