/// One fact about a study. The journal is the sequence of them, and the study's state is their sum.
///
/// In JSON a record is one object with a `kind`; `Docs/formats.md` lists the fields.
package enum JournalRecord: Hashable, Sendable {
    case studyCreated(StudyCreated)
    case trialCreated(TrialCreated)
    case attemptStarted(AttemptStarted)
    case epochFinished(EpochResult)
    case fileStored(FileStored)
    case attemptEnded(AttemptEnded)
    case trialFinished(TrialFinished)
    case trialReopened(TrialReopened)
    case workerJoined(WorkerJoined)

    package struct StudyCreated: Hashable, Sendable, Codable {
        /// What makes two experiment files the same experiment.
        package var identity: String
        /// SHA-256 of the data.
        package var dataDigest: String
        package var program: String
        package var unix: Double

        package init(identity: String, dataDigest: String, program: String, unix: Double) {
            self.identity = identity
            self.dataDigest = dataDigest
            self.program = program
            self.unix = unix
        }

        private enum CodingKeys: String, CodingKey {
            case identity, program, unix
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

    package struct AttemptEnded: Hashable, Sendable, Codable {
        package enum Reason: String, Hashable, Sendable, Codable {
            /// The worker fell silent or died: a failed attempt.
            case lost
            /// The worker was told to stop, saved its work and gave the trial back: no failed attempt.
            case handedBack = "handed_back"
            /// The coordinator ended, and the worker did not come back to the next one: no failed attempt.
            case orphaned
        }

        package var id: AttemptID
        package var reason: Reason
        package var unix: Double

        package init(id: AttemptID, reason: Reason, unix: Double) {
            self.id = id
            self.reason = reason
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
    private enum Kind: String, Codable {
        case studyCreated = "study_created"
        case trialCreated = "trial_created"
        case attemptStarted = "attempt_started"
        case epochFinished = "epoch_finished"
        case fileStored = "file_stored"
        case attemptEnded = "attempt_ended"
        case trialFinished = "trial_finished"
        case trialReopened = "trial_reopened"
        case workerJoined = "worker_joined"
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
        case .attemptEnded: self = .attemptEnded(try .init(from: decoder))
        case .trialFinished: self = .trialFinished(try .init(from: decoder))
        case .trialReopened: self = .trialReopened(try .init(from: decoder))
        case .workerJoined: self = .workerJoined(try .init(from: decoder))
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
            case .attemptEnded(let body): (.attemptEnded, body)
            case .trialFinished(let body): (.trialFinished, body)
            case .trialReopened(let body): (.trialReopened, body)
            case .workerJoined(let body): (.workerJoined, body)
            }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try body.encode(to: encoder)
    }
}
