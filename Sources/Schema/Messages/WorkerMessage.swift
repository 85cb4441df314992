package import Studies

/// What a worker says to the coordinator. `messages.proto` describes each field.
package enum WorkerMessage: Hashable, Sendable {
    /// Who it is, and which trials it is still training: the first message on every connection.
    case hello(Hello)
    /// How many trials it could start now.
    case ready(Ready)
    /// It lives; with the progress of its trials, which is not kept.
    case heartbeat(Heartbeat)
    /// A row; where a heartbeat was due as well, it comes along in a frame of its own, and is answered with the row.
    case epochFinished(Row, heartbeat: Heartbeat? = nil)
    /// One chunk of a checkpoint; its bytes follow in a frame of their own.
    case upload(Chunk)
    /// A checkpoint lies whole in the study's folder, which this worker shares, under its incoming name.
    case placed(Placed)
    /// Asks for a checkpoint, from `offset` on.
    case fetch(Fetch)
    /// Asks for a piece of a data set's file, or, without a path, for the list of its files.
    case fetchData(FetchData)
    /// Asks for a study's experiment.
    case fetchExperiment(FetchExperiment)
    case finished(TrialOutcome)
    /// Gives a trial back: its work so far is saved.
    case handBack(AttemptID)
    case goodbye(Goodbye)
    /// What an attempt's program has written; its bytes follow in a frame of their own. Nobody acknowledges it.
    case output(AttemptID)
    /// What the study's programs find on this worker; the list of its packages follows in a frame of its own.
    case programEnvironment(StudyID, [String: String])

    package struct Hello: Hashable, Sendable {
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
        package struct Kept: Hashable, Sendable {
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

    }

    package struct Ready: Hashable, Sendable {
        package var slots: Int

        package init(slots: Int) {
            self.slots = slots
        }
    }

    package struct Heartbeat: Hashable, Sendable {
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

    package struct Fetch: Hashable, Sendable {
        package var id: AttemptID
        package var file: StoredFile.Kind
        package var offset: Int

        package init(id: AttemptID, file: StoredFile.Kind, offset: Int) {
            self.id = id
            self.file = file
            self.offset = offset
        }
    }

    package struct Placed: Hashable, Sendable {
        package var id: AttemptID
        package var file: StoredFile

        package init(id: AttemptID, file: StoredFile) {
            self.id = id
            self.file = file
        }
    }

    package struct FetchData: Hashable, Sendable {
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

    }

    package struct FetchExperiment: Hashable, Sendable {
        package var study: StudyID
        /// SHA-256, as the assignment names it.
        package var digest: String

        package init(study: StudyID, digest: String) {
            self.study = study
            self.digest = digest
        }
    }

    package struct Goodbye: Hashable, Sendable {
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

}

/// A piece of a checkpoint on its way, up or down. The last piece is the one that ends at `file.size`.
package struct Chunk: Hashable, Sendable {
    package var id: AttemptID
    package var file: StoredFile
    package var offset: Int
    /// No bytes follow: the trial's stored `last` has them.
    package var copied: Copied?

    /// Bytes of a checkpoint that is stored already.
    package struct Copied: Hashable, Sendable {
        /// That checkpoint's.
        package var sha256: String
        package var offset: Int
        package var count: Int

        package init(sha256: String, offset: Int, count: Int) {
            self.sha256 = sha256
            self.offset = offset
            self.count = count
        }
    }

    package init(id: AttemptID, file: StoredFile, offset: Int, copied: Copied? = nil) {
        self.id = id
        self.file = file
        self.offset = offset
        self.copied = copied
    }

    /// Bytes in a full chunk.
    package static let size = 256 * 1024
    /// How many unacknowledged chunks may be under way.
    package static let window = 16
    /// The most bytes that are copied at once: the disk's other work waits meanwhile.
    package static let mostCopied = 64 << 20
}

/// A row with its bytes: those of its message, of its record, and of what a worker keeps of it.
package struct EncodedRow: Hashable, Sendable {
    package let row: Row
    package let bytes: [UInt8]

    package init(_ row: Row) {
        self.row = row
        bytes = JournalRecord.epochFinished(row).encoded(of: row.id.study)
    }

    /// - Throws: ``WireError`` where the bytes are no row.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        guard case .epochFinished(let row, nil) = try WorkerMessage.decode(bytes, beside: []).0 else {
            throw WireError(reason: "another message than a row")
        }
        self.row = row
        self.bytes = bytes
    }
}
