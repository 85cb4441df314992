package import Experiments
package import Studies

/// What the coordinator says to a worker. `messages.proto` describes each field.
package enum CoordinatorMessage: Hashable, Sendable {
    case welcome(Welcome)
    /// The coordinator does not know this connection: say hello.
    case whoAreYou(WhoAreYou)
    /// The worker cannot take part, and should end.
    case refused(Refused)
    case heartbeat(Heartbeat)
    case assign(Assign)
    /// A study's experiment.
    case experiment(StudyExperiment)
    /// The row is durable.
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
    /// The same where the search has decided against the trial, which ends with what it has.
    case prune(AttemptID)
    /// Save and hand back what runs, then end.
    case drain(Drain)

    package struct Welcome: Hashable, Sendable {
        /// Grows with every start of the coordinator.
        package var generation: Int
        package var study: String
        package var heartbeatSeconds: Double
        /// How long either side may be silent before the other gives it up.
        package var leaseSeconds: Double
        /// How a worker finds out whether it shares the studies' folders; without those where it shall not try.
        package var shared: [SharedFolder]

        package init(
            generation: Int, study: String, heartbeatSeconds: Double, leaseSeconds: Double, shared: [SharedFolder] = []
        ) {
            self.generation = generation
            self.shared = shared
            self.study = study
            self.heartbeatSeconds = heartbeatSeconds
            self.leaseSeconds = leaseSeconds
        }

    }

    /// A file of this name in the study's folder holds the nonce: who reads it there shares the folder.
    package struct SharedFolder: Hashable, Sendable {
        package var study: StudyID
        /// The study's folder, absolute.
        package var path: String
        /// The name of the file.
        package var name: String
        /// What it holds, in hexadecimal; another at every start.
        package var nonce: String

        package init(study: StudyID = .none, path: String, name: String, nonce: String) {
            self.study = study
            self.path = path
            self.name = name
            self.nonce = nonce
        }
    }

    package struct WhoAreYou: Hashable, Sendable {
        package init() {}
    }

    package struct Refused: Hashable, Sendable {
        package var reason: String

        package init(reason: String) {
            self.reason = reason
        }
    }

    package struct Heartbeat: Hashable, Sendable {
        package var generation: Int
        /// The sequence number of the worker's heartbeat that this answers.
        package var answers: Int

        package init(generation: Int, answers: Int) {
            self.generation = generation
            self.answers = answers
        }
    }

    package struct Assign: Hashable, Sendable {
        package var id: AttemptID
        /// The seed of initialisation, shuffling and dropout.
        package var seed: UInt64
        /// SHA-256 of the study's experiment file.
        package var experiment: String
        /// What this trial sets in it.
        package var parameters: Assignment
        /// SHA-256 of the data that the study began with.
        package var dataDigest: String
        /// The checkpoint to go on from, or to begin with where it is a `best`; fetched before training starts.
        package var resume: StoredFile?
        /// The names of the study's metrics, in the order of their numbers.
        package var metrics: [String]
        /// The epoch after which the trial is saved and handed back; nil where it is trained to its end.
        package var pauseAfter: Int?
        /// Which of its point's seeds it has, from 0.
        package var replicate: Int

        package init(
            id: AttemptID, seed: UInt64, experiment: String, parameters: Assignment = [], dataDigest: String,
            resume: StoredFile?, metrics: [String] = [], pauseAfter: Int? = nil, replicate: Int = 0
        ) {
            self.id = id
            self.seed = seed
            self.experiment = experiment
            self.parameters = parameters
            self.dataDigest = dataDigest
            self.resume = resume
            self.metrics = metrics
            self.pauseAfter = pauseAfter
            self.replicate = replicate
        }

        /// The epoch that it goes on from; 0 where it begins, with or without another trial's weights.
        package var resumedEpoch: Int { resume.flatMap { $0.kind == .last ? $0.epoch : nil } ?? 0 }
    }

    package struct StudyExperiment: Hashable, Sendable {
        package var study: StudyID
        /// SHA-256 of the text.
        package var digest: String
        /// YAML, with the defaults that all trials share.
        package var text: String

        package init(study: StudyID, digest: String, text: String) {
            self.study = study
            self.digest = digest
            self.text = text
        }
    }

    package struct EpochStored: Hashable, Sendable {
        package var id: AttemptID
        package var epoch: Int
        /// The sequence number of the heartbeat that came with the row.
        package var answers: Int?
        /// The numbers that the row's named metrics have from now on.
        package var metrics: [String: Int]

        package init(id: AttemptID, epoch: Int, answers: Int? = nil, metrics: [String: Int] = [:]) {
            self.id = id
            self.epoch = epoch
            self.answers = answers
            self.metrics = metrics
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

    package struct DataFiles: Hashable, Sendable {
        package struct File: Hashable, Sendable {
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

    }

    package struct DataChunk: Hashable, Sendable {
        package var data: String
        package var path: String
        package var offset: Int

        package init(data: String, path: String, offset: Int) {
            self.data = data
            self.path = path
            self.offset = offset
        }

    }

    package struct Drain: Hashable, Sendable {
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
