/// One fact about a study. The journal is the sequence of them, and the study's state is their sum.
///
/// In JSON a record is one object with a `kind`; `Docs/formats.md` lists the fields.
package enum JournalRecord: Hashable, Sendable {
    case studyCreated(StudyCreated)
    case trialCreated(TrialCreated)
    case attemptStarted(AttemptStarted)
    case epochFinished(EpochResult)
    case fileStored(FileStored)
    case fileRemoved(FileRemoved)
    case attemptEnded(AttemptEnded)
    case trialFinished(TrialFinished)
    case trialReopened(TrialReopened)
    case trialRetried(TrialRetried)
    case workerJoined(WorkerJoined)
    case coordinatorStarted(CoordinatorStarted)
    case studyPaused(StudyPaused)

    package struct StudyCreated: Hashable, Sendable, Codable {
        /// What makes two experiment files the same experiment.
        package var identity: String
        /// SHA-256 of the data.
        package var dataDigest: String
        /// Where relative paths of the experiment start from; missing in studies of early programs.
        package var folder: String?
        package var program: String
        package var unix: Double

        package init(identity: String, dataDigest: String, folder: String? = nil, program: String, unix: Double) {
            self.identity = identity
            self.dataDigest = dataDigest
            self.folder = folder
            self.program = program
            self.unix = unix
        }

        private enum CodingKeys: String, CodingKey {
            case identity, folder, program, unix
            case dataDigest = "data_sha256"
        }
    }

    package struct TrialCreated: Hashable, Sendable, Codable {
        package var trial: Int
        package var point: Int
        package var replicate: Int
        package var seed: UInt64
        package var assignment: Assignment

        package init(trial: Int, point: Int, replicate: Int, seed: UInt64, assignment: Assignment) {
            self.trial = trial
            self.point = point
            self.replicate = replicate
            self.seed = seed
            self.assignment = assignment
        }
    }

    package struct AttemptStarted: Hashable, Sendable, Codable {
        package var id: AttemptID
        package var worker: String
        /// Rows after this epoch, of earlier attempts, are superseded; 0 starts anew.
        package var fromEpoch: Int
        package var unix: Double

        package init(id: AttemptID, worker: String, fromEpoch: Int, unix: Double) {
            self.id = id
            self.worker = worker
            self.fromEpoch = fromEpoch
            self.unix = unix
        }

        private enum CodingKeys: String, CodingKey {
            case id, worker, unix
            case fromEpoch = "from_epoch"
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

    /// A checkpoint that was given up.
    package struct FileRemoved: Hashable, Sendable, Codable {
        package enum Reason: String, Hashable, Sendable, Codable {
            /// For the study's byte budget.
            case budget
            /// It was not what the journal says, or could not be read.
            case damaged
            /// A `last` whose trial is completed: nothing goes on from it.
            case finished
        }

        package var trial: Int
        package var kind: StoredFile.Kind
        /// Nil in journals of programs that did not say.
        package var reason: Reason?
        package var unix: Double

        package init(trial: Int, kind: StoredFile.Kind, reason: Reason? = nil, unix: Double) {
            self.trial = trial
            self.kind = kind
            self.reason = reason
            self.unix = unix
        }

        private enum CodingKeys: String, CodingKey {
            case trial, reason, unix
            case kind = "file"
        }
    }

    /// A coordinator took the study over.
    package struct CoordinatorStarted: Hashable, Sendable, Codable {
        package var generation: Int
        package var host: String
        package var program: String
        package var unix: Double

        package init(generation: Int, host: String, program: String, unix: Double) {
            self.generation = generation
            self.host = host
            self.program = program
            self.unix = unix
        }
    }

    /// Trials are no longer given out, or are again.
    package struct StudyPaused: Hashable, Sendable, Codable {
        package var paused: Bool
        package var unix: Double

        package init(paused: Bool, unix: Double) {
            self.paused = paused
            self.unix = unix
        }
    }

    package struct AttemptEnded: Hashable, Sendable, Codable {
        package enum Reason: String, Hashable, Sendable, Codable {
            /// The worker fell silent or died: a failed attempt.
            case lost
            /// The worker's heart beat, but its training made no progress: a failed attempt.
            case hung
            /// The assignment never reached the worker: no failed attempt.
            case undelivered
            /// The worker was told to stop, saved its work and gave the trial back: no failed attempt.
            case handedBack = "handed_back"
            /// The coordinator ended, and the worker did not come back to the next one: no failed attempt.
            case orphaned
            /// The worker was sent away, as its key was revoked: no failed attempt.
            case revoked

            /// Whether it counts towards the bound on failed attempts.
            package var isFailure: Bool { self == .lost || self == .hung }
        }

        package var id: AttemptID
        package var reason: Reason
        /// One line on what was seen, for a person.
        package var detail: String?
        /// How the worker's process ended, where that is known.
        package var process: ProcessEnd?
        package var unix: Double

        package init(
            id: AttemptID, reason: Reason, detail: String? = nil, process: ProcessEnd? = nil, unix: Double
        ) {
            self.id = id
            self.reason = reason
            self.detail = detail
            self.process = process
            self.unix = unix
        }
    }

    package struct TrialFinished: Hashable, Sendable, Codable {
        package var outcome: TrialOutcome
        package var unix: Double

        package init(outcome: TrialOutcome, unix: Double) {
            self.outcome = outcome
            self.unix = unix
        }
    }

    /// A failed trial that a person lets try again: `winnow retry`.
    package struct TrialRetried: Hashable, Sendable, Codable {
        package var trial: Int
        package var unix: Double

        package init(trial: Int, unix: Double) {
            self.trial = trial
            self.unix = unix
        }
    }

    /// A finished trial that goes on because the experiment now asks for more epochs.
    package struct TrialReopened: Hashable, Sendable, Codable {
        package var trial: Int
        package var unix: Double

        package init(trial: Int, unix: Double) {
            self.trial = trial
            self.unix = unix
        }
    }

    /// A worker that was not known before, and what it runs on.
    package struct WorkerJoined: Hashable, Sendable, Codable {
        package var worker: String
        /// By name: its host, the versions of its libraries, its instruction set.
        package var environment: [String: String]
        package var unix: Double

        package init(worker: String, environment: [String: String], unix: Double) {
            self.worker = worker
            self.environment = environment
            self.unix = unix
        }
    }
}

extension JournalRecord: Codable {
    enum Kind: String, Codable {
        case studyCreated = "study_created"
        case trialCreated = "trial_created"
        case attemptStarted = "attempt_started"
        case epochFinished = "epoch_finished"
        case fileStored = "file_stored"
        case fileRemoved = "file_removed"
        case attemptEnded = "attempt_ended"
        case trialFinished = "trial_finished"
        case trialReopened = "trial_reopened"
        case trialRetried = "trial_retried"
        case workerJoined = "worker_joined"
        case coordinatorStarted = "coordinator_started"
        case studyPaused = "study_paused"
    }

    private enum CodingKeys: String, CodingKey {
        case kind
    }

    package init(from decoder: any Decoder) throws {
        switch try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .kind) {
        case .studyCreated: self = .studyCreated(try .init(from: decoder))
        case .trialCreated: self = .trialCreated(try .init(from: decoder))
        case .attemptStarted: self = .attemptStarted(try .init(from: decoder))
        case .epochFinished: self = .epochFinished(try .init(from: decoder))
        case .fileStored: self = .fileStored(try .init(from: decoder))
        case .fileRemoved: self = .fileRemoved(try .init(from: decoder))
        case .attemptEnded: self = .attemptEnded(try .init(from: decoder))
        case .trialFinished: self = .trialFinished(try .init(from: decoder))
        case .trialReopened: self = .trialReopened(try .init(from: decoder))
        case .trialRetried: self = .trialRetried(try .init(from: decoder))
        case .workerJoined: self = .workerJoined(try .init(from: decoder))
        case .coordinatorStarted: self = .coordinatorStarted(try .init(from: decoder))
        case .studyPaused: self = .studyPaused(try .init(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        let (kind, body): (Kind, any Encodable) =
            switch self {
            case .studyCreated(let body): (.studyCreated, body)
            case .trialCreated(let body): (.trialCreated, body)
            case .attemptStarted(let body): (.attemptStarted, body)
            case .epochFinished(let body): (.epochFinished, body)
            case .fileStored(let body): (.fileStored, body)
            case .fileRemoved(let body): (.fileRemoved, body)
            case .attemptEnded(let body): (.attemptEnded, body)
            case .trialFinished(let body): (.trialFinished, body)
            case .trialReopened(let body): (.trialReopened, body)
            case .trialRetried(let body): (.trialRetried, body)
            case .workerJoined(let body): (.workerJoined, body)
            case .coordinatorStarted(let body): (.coordinatorStarted, body)
            case .studyPaused(let body): (.studyPaused, body)
            }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try body.encode(to: encoder)
    }
}

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
