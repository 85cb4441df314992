package import Experiments

/// What the coordinator says to a worker. `Docs/protocol.md` describes each field.
package enum CoordinatorMessage: Hashable, Sendable {
    case welcome(Welcome)
    /// The coordinator does not know this connection: say hello.
    case whoAreYou(WhoAreYou)
    /// The worker cannot take part, and should end.
    case refused(Refused)
    case heartbeat(Heartbeat)
    case assign(Assign)
    /// The epoch's result is durable.
    case epochStored(EpochStored)
    /// So many bytes of the upload have arrived: credit for as many more.
    case received(Chunk)
    /// The whole file is durable.
    case fileStored(FileStored)
    /// One chunk of a checkpoint; its bytes follow in a frame of their own.
    case chunk(Chunk)
    /// A part of the list of a data set's files.
    case dataFiles(DataFiles)
    /// A piece of one of them; its bytes follow in a frame of their own.
    case dataChunk(DataChunk)
    /// The trial's end is durable.
    case outcomeStored(AttemptID)
    /// This attempt no longer counts: stop it and forget it.
    case abandon(AttemptID)
    /// Save this attempt and hand it back; the worker stays.
    case recall(AttemptID)
    /// Save and hand back what runs, then end.
    case drain(Drain)

    package struct Welcome: Hashable, Sendable, Codable {
        /// Grows with every start of the coordinator.
        package var generation: Int
        package var study: String
        package var heartbeatSeconds: Double
        /// How long either side may be silent before the other gives it up.
        package var leaseSeconds: Double
        /// How a worker finds out whether it shares the study's folder; nil where it shall not try.
        package var shared: SharedFolder?

        package init(
            generation: Int, study: String, heartbeatSeconds: Double, leaseSeconds: Double, shared: SharedFolder? = nil
        ) {
            self.generation = generation
            self.shared = shared
            self.study = study
            self.heartbeatSeconds = heartbeatSeconds
            self.leaseSeconds = leaseSeconds
        }

        private enum CodingKeys: String, CodingKey {
            case generation, study, shared
            case heartbeatSeconds = "heartbeat_s"
            case leaseSeconds = "lease_s"
        }
    }

    /// A file of this name in the study's folder holds the nonce: who reads it there shares the folder.
    package struct SharedFolder: Hashable, Sendable, Codable {
        /// The study's folder, absolute.
        package var path: String
        /// The name of the file.
        package var name: String
        /// What it holds, in hexadecimal; another at every start.
        package var nonce: String

        package init(path: String, name: String, nonce: String) {
            self.path = path
            self.name = name
            self.nonce = nonce
        }
    }

    package struct WhoAreYou: Hashable, Sendable, Codable {
        package init() {}
    }

    package struct Refused: Hashable, Sendable, Codable {
        package var reason: String

        package init(reason: String) {
            self.reason = reason
        }
    }

    package struct Heartbeat: Hashable, Sendable, Codable {
        package var generation: Int
        /// The sequence number of the worker's heartbeat that this answers.
        package var answers: Int

        package init(generation: Int, answers: Int) {
            self.generation = generation
            self.answers = answers
        }
    }

    package struct Assign: Hashable, Sendable, Codable {
        package var id: AttemptID
        /// The seed of initialisation, shuffling and dropout.
        package var seed: UInt64
        /// The experiment file of this one trial, every value filled in.
        package var experiment: String
        /// SHA-256 of the data that the study began with.
        package var dataDigest: String
        /// The checkpoint to go on from; fetched before training starts.
        package var resume: StoredFile?

        package init(id: AttemptID, seed: UInt64, experiment: String, dataDigest: String, resume: StoredFile?) {
            self.id = id
            self.seed = seed
            self.experiment = experiment
            self.dataDigest = dataDigest
            self.resume = resume
        }

        private enum CodingKeys: String, CodingKey {
            case id, seed, experiment, resume
            case dataDigest = "data_sha256"
        }
    }

    package struct EpochStored: Hashable, Sendable, Codable {
        package var id: AttemptID
        package var epoch: Int
        /// The sequence number of the heartbeat that came with the result.
        package var answers: Int?

        package init(id: AttemptID, epoch: Int, answers: Int? = nil) {
            self.id = id
            self.epoch = epoch
            self.answers = answers
        }
    }

    package struct FileStored: Hashable, Sendable, Codable {
        package var id: AttemptID
        package var file: StoredFile

        package init(id: AttemptID, file: StoredFile) {
            self.id = id
            self.file = file
        }
    }

    package struct DataFiles: Hashable, Sendable, Codable {
        package struct File: Hashable, Sendable, Codable {
            /// Relative, of plain names: no `..`, no leading slash.
            package var path: String
            /// Bytes.
            package var size: Int
            package var sha256: String

            package init(path: String, size: Int, sha256: String) {
                self.path = path
                self.size = size
                self.sha256 = sha256
            }
        }

        /// The data set's SHA-256.
        package var data: String
        /// How many files of the list come before these.
        package var offset: Int
        /// As many as a message holds; none where the list ends.
        package var files: [File]

        package init(data: String, offset: Int = 0, files: [File]) {
            self.data = data
            self.offset = offset
            self.files = files
        }

        private enum CodingKeys: String, CodingKey {
            case offset, files
            case data = "data_sha256"
        }
    }

    package struct DataChunk: Hashable, Sendable, Codable {
        package var data: String
        package var path: String
        package var offset: Int

        package init(data: String, path: String, offset: Int) {
            self.data = data
            self.path = path
            self.offset = offset
        }

        private enum CodingKeys: String, CodingKey {
            case path, offset
            case data = "data_sha256"
        }
    }

    package struct Drain: Hashable, Sendable, Codable {
        package enum Reason: String, Hashable, Sendable, Codable {
            /// Every trial is over.
            case finished
            /// The coordinator was told to stop.
            case interrupted
        }

        package var reason: Reason

        package init(reason: Reason) {
            self.reason = reason
        }
    }
}

extension CoordinatorMessage: Codable {
    enum Kind: String, Codable {
        case welcome, refused, heartbeat, assign, received, chunk, abandon, recall, drain
        case dataFiles = "data_files"
        case dataChunk = "data_chunk"
        case whoAreYou = "who_are_you"
        case epochStored = "epoch_stored"
        case fileStored = "file_stored"
        case outcomeStored = "outcome_stored"
    }

    package init(from decoder: any Decoder) throws {
        switch try decoder.container(keyedBy: MessageKey.self).decode(Kind.self, forKey: .kind) {
        case .welcome: self = .welcome(try .init(from: decoder))
        case .whoAreYou: self = .whoAreYou(try .init(from: decoder))
        case .refused: self = .refused(try .init(from: decoder))
        case .heartbeat: self = .heartbeat(try .init(from: decoder))
        case .assign: self = .assign(try .init(from: decoder))
        case .epochStored: self = .epochStored(try .init(from: decoder))
        case .received: self = .received(try .init(from: decoder))
        case .fileStored: self = .fileStored(try .init(from: decoder))
        case .chunk: self = .chunk(try .init(from: decoder))
        case .outcomeStored: self = .outcomeStored(try .init(from: decoder))
        case .dataFiles: self = .dataFiles(try .init(from: decoder))
        case .dataChunk: self = .dataChunk(try .init(from: decoder))
        case .abandon: self = .abandon(try .init(from: decoder))
        case .recall: self = .recall(try .init(from: decoder))
        case .drain: self = .drain(try .init(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        let (kind, body): (Kind, any Encodable) =
            switch self {
            case .welcome(let body): (.welcome, body)
            case .whoAreYou(let body): (.whoAreYou, body)
            case .refused(let body): (.refused, body)
            case .heartbeat(let body): (.heartbeat, body)
            case .assign(let body): (.assign, body)
            case .epochStored(let body): (.epochStored, body)
            case .received(let body): (.received, body)
            case .fileStored(let body): (.fileStored, body)
            case .chunk(let body): (.chunk, body)
            case .outcomeStored(let body): (.outcomeStored, body)
            case .dataFiles(let body): (.dataFiles, body)
            case .dataChunk(let body): (.dataChunk, body)
            case .abandon(let body): (.abandon, body)
            case .recall(let body): (.recall, body)
            case .drain(let body): (.drain, body)
            }
        var container = encoder.container(keyedBy: MessageKey.self)
        try container.encode(kind, forKey: .kind)
        try body.encode(to: encoder)
    }
}
