import Experiments
package import Studies
import SwiftProtobuf

extension CoordinatorMessage: WireMessage {
    package static func decode(
        _ header: [UInt8], beside: [UInt8]
    ) throws(WireError) -> (CoordinatorMessage, bytes: [UInt8]) {
        let proto = try ProtoCoordinatorMessage.decode(header)
        let message = try WireError.unify { () throws(MalformedPart) in
            try CoordinatorMessage(proto.kind, of: StudyID(proto.study))
        }
        return (message, beside)
    }

    package func encoded(bytes: [UInt8]) throws(WireError) -> (header: [UInt8], beside: [UInt8]) {
        (try proto.encoded(), bytes)
    }

    package static func kind(of header: [UInt8]) -> String? {
        guard let proto = try? ProtoCoordinatorMessage.decode(header) else { return nil }
        if case .welcome = proto.kind { return "welcome" }
        return nil
    }

    private init(_ kind: ProtoCoordinatorMessage.OneOf_Kind?, of study: StudyID) throws(MalformedPart) {
        switch kind {
        case .welcome(let welcome): self = .welcome(Welcome(welcome))
        case .whoAreYou: self = .whoAreYou(.init())
        case .refused(let refused): self = .refused(.init(reason: refused.reason))
        case .heartbeat(let answer):
            self = .heartbeat(.init(generation: Int(answer.generation), answers: Int(answer.answers)))
        case .assign(let assign): self = .assign(try Assign(assign, of: study))
        case .experiment(let experiment):
            self = .experiment(.init(study: study, digest: experiment.sha256, text: experiment.text))
        case .rowStored(let stored):
            self = .epochStored(
                .init(
                    id: AttemptID(stored.id, of: study), epoch: Int(stored.epoch),
                    answers: stored.hasAnswers ? Int(stored.answers) : nil,
                    metrics: stored.metrics.mapValues { Int($0) }))
        case .received(let chunk): self = .received(try Chunk(chunk, of: study))
        case .fileStored(let stored):
            self = .fileStored(.init(id: AttemptID(stored.id, of: study), file: try StoredFile(stored.file)))
        case .chunk(let chunk): self = .chunk(try Chunk(chunk, of: study))
        case .dataFiles(let list): self = .dataFiles(DataFiles(list))
        case .dataChunk(let chunk):
            self = .dataChunk(.init(data: chunk.dataSha256, path: chunk.path, offset: Int(chunk.offset)))
        case .outcomeStored(let id): self = .outcomeStored(AttemptID(id, of: study))
        case .abandon(let id): self = .abandon(AttemptID(id, of: study))
        case .recall(let id): self = .recall(AttemptID(id, of: study))
        case .prune(let id): self = .prune(AttemptID(id, of: study))
        case .drain(let drain):
            switch drain.reason {
            case .finished: self = .drain(.init(reason: .finished))
            case .interrupted: self = .drain(.init(reason: .interrupted))
            case .unspecified, .UNRECOGNIZED: throw MalformedPart(reason: "a drain without a reason that is known")
            }
        case nil: throw MalformedPart(reason: "no kind that is known")
        }
    }

    private var proto: ProtoCoordinatorMessage {
        .with { message in
            if let study { message.study = study.bits }
            switch self {
            case .welcome(let welcome): message.welcome = welcome.proto
            case .whoAreYou: message.whoAreYou = .init()
            case .refused(let refused): message.refused = .with { $0.reason = refused.reason }
            case .heartbeat(let answer):
                message.heartbeat = .with {
                    ($0.generation, $0.answers) = (Int64(answer.generation), Int64(answer.answers))
                }
            case .assign(let assign): message.assign = assign.proto
            case .experiment(let experiment):
                message.experiment = .with { ($0.sha256, $0.text) = (experiment.digest, experiment.text) }
            case .epochStored(let stored):
                message.rowStored = .with {
                    ($0.id, $0.epoch) = (stored.id.proto, Int64(stored.epoch))
                    if let answers = stored.answers { $0.answers = Int64(answers) }
                    $0.metrics = stored.metrics.mapValues { Int64($0) }
                }
            case .received(let chunk): message.received = chunk.proto
            case .fileStored(let stored):
                message.fileStored = .with { ($0.id, $0.file) = (stored.id.proto, stored.file.proto) }
            case .chunk(let chunk): message.chunk = chunk.proto
            case .dataFiles(let list): message.dataFiles = list.proto
            case .dataChunk(let chunk):
                message.dataChunk = .with {
                    ($0.dataSha256, $0.path, $0.offset) = (chunk.data, chunk.path, Int64(chunk.offset))
                }
            case .outcomeStored(let id): message.outcomeStored = id.proto
            case .abandon(let id): message.abandon = id.proto
            case .recall(let id): message.recall = id.proto
            case .prune(let id): message.prune = id.proto
            case .drain(let drain):
                message.drain = .with { $0.reason = drain.reason == .finished ? .finished : .interrupted }
            }
        }
    }

    /// The study that it is about; nil where it is about none.
    package var study: StudyID? {
        switch self {
        case .assign(let assign): assign.id.study
        case .experiment(let experiment): experiment.study
        case .epochStored(let stored): stored.id.study
        case .received(let chunk), .chunk(let chunk): chunk.id.study
        case .fileStored(let stored): stored.id.study
        case .outcomeStored(let id), .abandon(let id), .recall(let id), .prune(let id): id.study
        case .welcome, .whoAreYou, .refused, .heartbeat, .dataFiles, .dataChunk, .drain: nil
        }
    }
}

extension CoordinatorMessage.Welcome {
    fileprivate init(_ proto: ProtoWelcome) {
        self.init(
            generation: Int(proto.generation), study: proto.study, heartbeatSeconds: proto.heartbeatS,
            leaseSeconds: proto.leaseS,
            shared: proto.shared.map {
                .init(study: StudyID($0.study), path: $0.path, name: $0.name, nonce: $0.nonce)
            })
    }

    fileprivate var proto: ProtoWelcome {
        .with {
            $0.generation = Int64(generation)
            $0.study = study
            $0.heartbeatS = heartbeatSeconds
            $0.leaseS = leaseSeconds
            $0.shared = shared.map { folder in
                .with {
                    $0.study = folder.study.bits
                    ($0.path, $0.name, $0.nonce) = (folder.path, folder.name, folder.nonce)
                }
            }
        }
    }
}

extension CoordinatorMessage.Assign {
    fileprivate init(_ proto: ProtoAssignment, of study: StudyID) throws(MalformedPart) {
        self.init(
            id: AttemptID(proto.id, of: study), seed: proto.seed, experiment: proto.experimentSha256,
            parameters: try Assignment(proto.parameters), dataDigest: proto.dataSha256,
            resume: proto.hasResume ? try StoredFile(proto.resume) : nil, metrics: proto.metrics,
            pauseAfter: proto.hasPauseAfter ? Int(proto.pauseAfter) : nil, replicate: Int(proto.replicate))
    }

    fileprivate var proto: ProtoAssignment {
        .with {
            $0.id = id.proto
            $0.seed = seed
            $0.experimentSha256 = experiment
            $0.parameters = parameters.proto
            $0.dataSha256 = dataDigest
            if let resume { $0.resume = resume.proto }
            $0.metrics = metrics
            if let pauseAfter { $0.pauseAfter = Int64(pauseAfter) }
            $0.replicate = Int64(replicate)
        }
    }
}

extension CoordinatorMessage.DataFiles {
    fileprivate init(_ proto: ProtoDataFiles) {
        self.init(
            data: proto.dataSha256, offset: Int(proto.offset),
            files: proto.files.map { .init(path: $0.path, size: Int($0.size), sha256: $0.sha256) })
    }

    fileprivate var proto: ProtoDataFiles {
        .with {
            $0.dataSha256 = data
            $0.offset = Int64(offset)
            $0.files = files.map { file in
                .with { ($0.path, $0.size, $0.sha256) = (file.path, Int64(file.size), file.sha256) }
            }
        }
    }
}
