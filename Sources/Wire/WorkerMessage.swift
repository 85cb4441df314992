package import Experiments

/// What a worker says to the coordinator. `Docs/protocol.md` describes each field.
package enum WorkerMessage: Hashable, Sendable {
    /// Who it is, and which trials it is still training: the first message on every connection.
    case hello(Hello)
    /// How many trials it could start now.
    case ready(Ready)
    /// It lives; with the progress of its trials, which is not kept.
    case heartbeat(Heartbeat)
    /// A result; where a heartbeat was due as well, it comes along, and is answered with the result.
    case epochFinished(EpochResult, heartbeat: Heartbeat? = nil)
    /// One chunk of a checkpoint; its bytes follow in a frame of their own.
    case upload(Chunk)
    /// A checkpoint lies whole in the study's folder, which this worker shares, under its incoming name.
    case placed(Placed)
    /// Asks for a checkpoint, from `offset` on.
    case fetch(Fetch)
    /// Asks for a piece of a data set's file, or, without a path, for the list of its files.
    case fetchData(FetchData)
    case finished(TrialOutcome)
    /// Gives a trial back: its work so far is saved.
    case handBack(AttemptID)
    case goodbye(Goodbye)

    package struct Hello: Hashable, Sendable, Codable {
        package var protocolVersion: Int
        /// Unique among all workers, ever: host, process number and a random part.
        package var worker: String
        package var program: String
        package var host: String
        package var slots: Int
        /// What the worker has that an experiment may require.
        package var tags: [String]
        /// Library versions, the instruction set: what provenance keeps.
        package var environment: [String: String]
        package var running: [AttemptID]
        /// Checkpoints that dead workers have left on this worker's machine, of any study: it goes on from them where it is
        /// given these trials.
        package var kept: [Kept]?

        /// The newest checkpoint of an attempt that no coordinator took.
        package struct Kept: Hashable, Sendable, Codable {
            package var worker: String
            package var id: AttemptID

            package init(worker: String, id: AttemptID) {
                self.worker = worker
                self.id = id
            }
        }

        package init(
            protocolVersion: Int, worker: String, program: String, host: String, slots: Int, tags: [String] = [],
            environment: [String: String], running: [AttemptID]
        ) {
            self.protocolVersion = protocolVersion
            self.worker = worker
            self.program = program
            self.host = host
            self.slots = slots
            self.tags = tags
            self.environment = environment
            self.running = running
        }

        private enum CodingKeys: String, CodingKey {
            case worker, program, host, slots, tags, environment, running, kept
            case protocolVersion = "protocol_version"
        }
    }

    package struct Ready: Hashable, Sendable, Codable {
        package var slots: Int

        package init(slots: Int) {
            self.slots = slots
        }
    }

    package struct Heartbeat: Hashable, Sendable, Codable {
        /// Grows by one with each heartbeat of this connection, from 1.
        package var sequence: Int
        /// The newest one that the coordinator has answered, 0 before the first answer: it tells the coordinator whether
        /// its own messages arrive.
        package var heard: Int
        /// As in ``Ready``: what it asked for, should that message have been lost.
        package var slots: Int
        /// Of every attempt that it has, in training or still being delivered.
        package var progress: [Progress]
        /// Why its spool takes nothing more, so that what it trains cannot be saved; nil where it does.
        package var trouble: String?

        package init(sequence: Int, heard: Int, slots: Int, progress: [Progress], trouble: String? = nil) {
            self.sequence = sequence
            self.heard = heard
            self.slots = slots
            self.progress = progress
            self.trouble = trouble
        }
    }

    package struct Fetch: Hashable, Sendable, Codable {
        package var id: AttemptID
        package var file: StoredFile.Kind
        package var offset: Int

        package init(id: AttemptID, file: StoredFile.Kind, offset: Int) {
            self.id = id
            self.file = file
            self.offset = offset
        }
    }

    package struct Placed: Hashable, Sendable, Codable {
        package var id: AttemptID
        package var file: StoredFile

        package init(id: AttemptID, file: StoredFile) {
            self.id = id
            self.file = file
        }
    }

    package struct FetchData: Hashable, Sendable, Codable {
        /// The data set's SHA-256, as the assignment names it.
        package var data: String
        /// As the list of files has it; nil asks for that list.
        package var path: String?
        /// A byte of the file, or a place in the list.
        package var offset: Int

        package init(data: String, path: String?, offset: Int) {
            self.data = data
            self.path = path
            self.offset = offset
        }

        private enum CodingKeys: String, CodingKey {
            case path, offset
            case data = "data_sha256"
        }
    }

    package struct Goodbye: Hashable, Sendable, Codable {
        package init() {}
    }
}

/// How far a running trial is within its epoch.
package struct Progress: Hashable, Sendable, Codable {
    package var id: AttemptID
    /// The epoch that is being trained, from 1.
    package var epoch: Int
    package var step: Int
    package var steps: Int
    /// Epochs without improvement before early stopping; nil without such a rule.
    package var patienceLeft: Int?
    /// "teacher" while a teacher is trained, whose epochs are no rows of the trial's; "fetching" while a checkpoint or
    /// data are on their way down, `step` being what has arrived; "delivering" when only results are still on their
    /// way up; "waiting" when the trial cannot go on before there is room in the spool; nil for the trial's own model.
    package var stage: String?

    package init(id: AttemptID, epoch: Int, step: Int, steps: Int, patienceLeft: Int?, stage: String? = nil) {
        self.id = id
        self.epoch = epoch
        self.step = step
        self.steps = steps
        self.patienceLeft = patienceLeft
        self.stage = stage
    }

    private enum CodingKeys: String, CodingKey {
        case id, epoch, step, steps, stage
        case patienceLeft = "patience_left"
    }
}

/// A piece of a checkpoint on its way, up or down. The last piece is the one that ends at `file.size`.
package struct Chunk: Hashable, Sendable, Codable {
    package var id: AttemptID
    package var file: StoredFile
    package var offset: Int

    package init(id: AttemptID, file: StoredFile, offset: Int) {
        self.id = id
        self.file = file
        self.offset = offset
    }

    /// Bytes in a full chunk.
    package static let size = 256 * 1024
    /// How many unacknowledged chunks may be under way.
    package static let window = 16
}

extension WorkerMessage: Codable {
    enum Kind: String, Codable {
        case hello, ready, heartbeat, epoch, upload, placed, fetch, finished, goodbye
        case fetchData = "fetch_data"
        case handBack = "hand_back"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: MessageKey.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .hello: self = .hello(try .init(from: decoder))
        case .ready: self = .ready(try .init(from: decoder))
        case .heartbeat: self = .heartbeat(try .init(from: decoder))
        case .epoch:
            self = .epochFinished(
                try .init(from: decoder), heartbeat: try container.decodeIfPresent(Heartbeat.self, forKey: .heartbeat))
        case .upload: self = .upload(try .init(from: decoder))
        case .placed: self = .placed(try .init(from: decoder))
        case .fetch: self = .fetch(try .init(from: decoder))
        case .fetchData: self = .fetchData(try .init(from: decoder))
        case .finished: self = .finished(try .init(from: decoder))
        case .handBack: self = .handBack(try .init(from: decoder))
        case .goodbye: self = .goodbye(try .init(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        let (kind, body): (Kind, any Encodable) =
            switch self {
            case .hello(let body): (.hello, body)
            case .ready(let body): (.ready, body)
            case .heartbeat(let body): (.heartbeat, body)
            case .epochFinished(let body, _): (.epoch, body)
            case .upload(let body): (.upload, body)
            case .placed(let body): (.placed, body)
            case .fetch(let body): (.fetch, body)
            case .fetchData(let body): (.fetchData, body)
            case .finished(let body): (.finished, body)
            case .handBack(let body): (.handBack, body)
            case .goodbye(let body): (.goodbye, body)
            }
        var container = encoder.container(keyedBy: MessageKey.self)
        try container.encode(kind, forKey: .kind)
        if case .epochFinished(_, let heartbeat?) = self {
            try container.encode(heartbeat, forKey: .heartbeat)
        }
        try body.encode(to: encoder)
    }
}

/// The keys that are not a body's own.
enum MessageKey: String, CodingKey {
    /// Tells messages apart.
    case kind
    case heartbeat
}
