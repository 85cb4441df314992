package import Experiments

/// One fact about a study. The journal is the sequence of them, and the study's state is their sum.
///
/// `records.proto` says how each is written.
package enum JournalRecord: Hashable, Sendable {
    case studyCreated(StudyCreated)
    case decided(Decided)
    case attemptStarted(AttemptStarted)
    case epochFinished(Row)
    case fileStored(FileStored)
    case fileRemoved(FileRemoved)
    case attemptEnded(AttemptEnded)
    case trialFinished(TrialFinished)
    case trialReopened(TrialReopened)
    case trialRetried(TrialRetried)
    case workerJoined(WorkerJoined)
    case coordinatorStarted(CoordinatorStarted)
    case studyPaused(StudyPaused)

    package struct StudyCreated: Hashable, Sendable {
        package var id: StudyID
        /// What makes two experiment files the same experiment.
        package var identity: String
        /// SHA-256 of the data.
        package var dataDigest: String
        /// Where relative paths of the experiment start from; nil where nobody said.
        package var folder: String?
        package var program: String
        package var unix: Double

        package init(
            id: StudyID = .none, identity: String, dataDigest: String, folder: String? = nil, program: String,
            unix: Double
        ) {
            self.id = id
            self.identity = identity
            self.dataDigest = dataDigest
            self.folder = folder
            self.program = program
            self.unix = unix
        }

    }

    package struct TrialCreated: Hashable, Sendable {
        package var trial: Int
        package var point: Int
        package var replicate: Int
        package var seed: UInt64
        package var assignment: Assignment
        /// The trial whose selected weights it begins with; nil where it begins from nothing.
        package var from: Int?
        /// The study and the trial that it was taken over from, trained already; nil where this study trains it.
        package var takenFrom: String?

        package init(
            trial: Int, point: Int, replicate: Int, seed: UInt64, assignment: Assignment, from: Int? = nil,
            takenFrom: String? = nil
        ) {
            self.trial = trial
            self.point = point
            self.replicate = replicate
            self.seed = seed
            self.assignment = assignment
            self.from = from
            self.takenFrom = takenFrom
        }
    }

    /// What the search decided, and why.
    package struct Decided: Hashable, Sendable {
        package var decision: Decision
        /// One line for people; may be empty.
        package var reason: String
        package var unix: Double

        package init(_ decision: Decision, reason: String = "", unix: Double = 0) {
            self.decision = decision
            self.reason = reason
            self.unix = unix
        }
    }

    /// The decision that creates a trial, without a reason.
    package static func trialCreated(_ created: TrialCreated) -> JournalRecord { .decided(Decided(.create(created))) }

    package struct AttemptStarted: Hashable, Sendable {
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

    }

    package struct FileStored: Hashable, Sendable {
        package var id: AttemptID
        package var file: StoredFile

        package init(id: AttemptID, file: StoredFile) {
            self.id = id
            self.file = file
        }
    }

    /// A checkpoint that was given up.
    package struct FileRemoved: Hashable, Sendable {
        package enum Reason: String, Hashable, Sendable {
            /// For the study's byte budget.
            case budget
            /// It was not what the journal says, or could not be read.
            case damaged
            /// A `last` whose trial is completed: nothing goes on from it.
            case finished
        }

        package var trial: Int
        package var kind: StoredFile.Kind
        /// Nil where nobody said.
        package var reason: Reason?
        package var unix: Double

        package init(trial: Int, kind: StoredFile.Kind, reason: Reason? = nil, unix: Double) {
            self.trial = trial
            self.kind = kind
            self.reason = reason
            self.unix = unix
        }

    }

    /// A coordinator took the study over.
    package struct CoordinatorStarted: Hashable, Sendable {
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
    package struct StudyPaused: Hashable, Sendable {
        package var paused: Bool
        package var unix: Double

        package init(paused: Bool, unix: Double) {
            self.paused = paused
            self.unix = unix
        }
    }

    package struct AttemptEnded: Hashable, Sendable {
        package enum Reason: String, Hashable, Sendable {
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

    package struct TrialFinished: Hashable, Sendable {
        package var outcome: TrialOutcome
        package var unix: Double

        package init(outcome: TrialOutcome, unix: Double) {
            self.outcome = outcome
            self.unix = unix
        }
    }

    /// A failed trial that a person lets try again: `winnow retry`.
    package struct TrialRetried: Hashable, Sendable {
        package var trial: Int
        package var unix: Double

        package init(trial: Int, unix: Double) {
            self.trial = trial
            self.unix = unix
        }
    }

    /// A finished trial that goes on because the experiment now asks for more epochs.
    package struct TrialReopened: Hashable, Sendable {
        package var trial: Int
        package var unix: Double

        package init(trial: Int, unix: Double) {
            self.trial = trial
            self.unix = unix
        }
    }

    /// A worker that was not known before, and what it runs on.
    package struct WorkerJoined: Hashable, Sendable {
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

/// What a search lets happen next.
package enum Decision: Hashable, Sendable {
    /// A trial begins when a worker is free.
    case create(JournalRecord.TrialCreated)
    /// No further trial is created.
    case finish
    /// The trial is saved after this epoch, and nobody goes on with it before it is resumed.
    case pause(trial: Int, after: Int)
    /// The trial goes on; to the epoch `until`, after which it pauses again, or to its end.
    case resume(trial: Int, until: Int?)
    /// The trial ends with the epochs that it has.
    case stop(trial: Int)

    /// The number of its trial; nil where it is about none.
    package var trial: Int? {
        switch self {
        case .create(let created): created.trial
        case .pause(let trial, _), .resume(let trial, _), .stop(let trial): trial
        case .finish: nil
        }
    }
}

extension JournalRecord {
    /// The number of the trial that it is about; nil where it is about the whole study.
    package var trial: Int? {
        switch self {
        case .decided(let body): body.decision.trial
        case .attemptStarted(let body): body.id.trial
        case .epochFinished(let row): row.id.trial
        case .fileStored(let body): body.id.trial
        case .fileRemoved(let body): body.trial
        case .attemptEnded(let body): body.id.trial
        case .trialFinished(let body): body.outcome.id.trial
        case .trialReopened(let body): body.trial
        case .trialRetried(let body): body.trial
        case .studyCreated, .workerJoined, .coordinatorStarted, .studyPaused: nil
        }
    }

    /// When it was made, in seconds since 1970; nil for those that do not say.
    package var unix: Double? {
        switch self {
        case .studyCreated(let body): body.unix
        case .decided(let body): body.unix
        case .attemptStarted(let body): body.unix
        case .fileRemoved(let body): body.unix
        case .attemptEnded(let body): body.unix
        case .trialFinished(let body): body.unix
        case .trialReopened(let body): body.unix
        case .trialRetried(let body): body.unix
        case .workerJoined(let body): body.unix
        case .coordinatorStarted(let body): body.unix
        case .studyPaused(let body): body.unix
        case .epochFinished, .fileStored: nil
        }
    }
}
