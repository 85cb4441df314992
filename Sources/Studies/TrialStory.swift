/// What happened to one trial, as the study's journal tells it.
package struct TrialStory: Hashable, Sendable {
    /// One try on one worker.
    package struct Attempt: Hashable, Sendable {
        package var id: AttemptID
        package var worker: String
        /// Where the worker ran; nil where it never said so.
        package var host: String?
        /// What the journal's writer was; nil for journals that do not tell.
        package var generation: Int?
        package var started: Double
        /// The last epoch that was not trained in this attempt.
        package var fromEpoch: Int
        /// The last epoch that was.
        package var lastEpoch: Int
        /// Rows of earlier attempts that this one trained again.
        package var superseded: ClosedRange<Int>?
        /// Checkpoints in the order in which they were stored.
        package var checkpoints: [StoredFile] = []
        /// What else happened while it ran.
        package var notes: [Note] = []
        package var end: End?
        /// How its worker's process ended, where it was lost and that is known.
        package var process: ProcessEnd?
        package var ended: Double?

        package var epochs: Int { lastEpoch - fromEpoch }
    }

    package enum End: Hashable, Sendable {
        case ended(JournalRecord.AttemptEnded.Reason, detail: String?)
        case finished(TrialOutcome)
    }

    /// What happened to the study, or to the trial without an attempt.
    package struct Note: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case coordinatorStarted(generation: Int, host: String)
            case paused(Bool)
            case reopened
            case retried
            case fileRemoved(StoredFile.Kind, JournalRecord.FileRemoved.Reason?)
            /// What the search decided about the trial, and why.
            case decided(Decision, reason: String)
        }

        package var kind: Kind
        package var unix: Double

        /// Before its first attempt a trial has nothing that a new coordinator could take over.
        fileprivate var isCoordinator: Bool {
            if case .coordinatorStarted = kind { true } else { false }
        }
    }

    package enum Chapter: Hashable, Sendable {
        case attempt(Attempt)
        /// Between attempts.
        case note(Note)
    }

    /// The trial as the journal leaves it.
    package let trial: TrialState
    /// Seconds since 1970 of the study's beginning.
    package let studyCreated: Double?
    package private(set) var chapters: [Chapter] = []

    package var attempts: [Attempt] {
        chapters.compactMap { if case .attempt(let attempt) = $0 { attempt } else { nil } }
    }

    /// Reads a study's records.
    ///
    /// - Returns: nil where there is no such trial.
    /// - Throws: ``JournalContradiction`` where the records do not follow from one another.
    package init?(of number: Int, in records: [JournalRecord]) throws(JournalContradiction) {
        var study = StudyState()
        var generation: Int?
        var running: Attempt?
        var chapters: [Chapter] = []
        for record in records {
            let before = study.trials.indices.contains(number) ? study.trials[number] : nil
            try study.apply(record)
            if case .coordinatorStarted(let body) = record { generation = body.generation }
            guard let before else {
                if let note = Self.note(record, trial: number), record.trial == number { chapters.append(.note(note)) }
                continue
            }
            if let note = Self.note(record, trial: number), before.attempt > 0 || !note.isCoordinator {
                if running == nil { chapters.append(.note(note)) } else { running!.notes.append(note) }
            }
            switch record {
            case .attemptStarted(let body) where body.id.trial == number:
                let known = before.history.count
                running = Attempt(
                    id: body.id, worker: body.worker, host: study.workers[body.worker]?["host"], generation: generation,
                    started: body.unix, fromEpoch: body.fromEpoch, lastEpoch: body.fromEpoch,
                    superseded: known > body.fromEpoch ? body.fromEpoch + 1...known : nil)
            case .epochFinished(let body) where body.id.trial == number:
                running?.lastEpoch = body.epoch
            case .fileStored(let body) where body.id.trial == number:
                running?.checkpoints.append(body.file)
            case .attemptEnded(let body) where body.id.trial == number:
                running?.end = .ended(body.reason, detail: body.detail)
                running?.process = body.process
                running?.ended = body.unix
            case .trialFinished(let body) where body.outcome.id.trial == number:
                running?.end = .finished(body.outcome)
                running?.ended = body.unix
            default: break
            }
            if let over = running, over.end != nil {
                chapters.append(.attempt(over))
                running = nil
            }
        }
        guard study.trials.indices.contains(number) else { return nil }
        if let running { chapters.append(.attempt(running)) }
        trial = study.trials[number]
        studyCreated = study.created?.unix
        self.chapters = chapters
    }

    private static func note(_ record: JournalRecord, trial: Int) -> Note? {
        switch record {
        case .coordinatorStarted(let body):
            Note(kind: .coordinatorStarted(generation: body.generation, host: body.host), unix: body.unix)
        case .studyPaused(let body):
            Note(kind: .paused(body.paused), unix: body.unix)
        case .trialReopened(let body) where body.trial == trial:
            Note(kind: .reopened, unix: body.unix)
        case .trialRetried(let body) where body.trial == trial:
            Note(kind: .retried, unix: body.unix)
        case .fileRemoved(let body) where body.trial == trial:
            Note(kind: .fileRemoved(body.kind, body.reason), unix: body.unix)
        // Nothing but a reason is worth telling: the trial is there.
        case .decided(let body) where body.decision.trial == trial && !body.reason.isEmpty:
            Note(kind: .decided(body.decision, reason: body.reason), unix: body.unix)
        default: nil
        }
    }
}
