package import Experiments

/// A trial as the journal's records leave it.
package struct TrialState: Hashable, Sendable {
    package enum Phase: String, Hashable, Sendable, CaseIterable {
        case waiting, running, completed, failed
        /// Saved, until the search resumes or stops it.
        case paused
        /// Ended by the search before its budget.
        case pruned

        init(_ end: TrialOutcome.State) {
            switch end {
            case .completed: self = .completed
            case .failed: self = .failed
            case .pruned: self = .pruned
            }
        }
    }

    package let study: StudyID
    package let number: Int
    package let point: Int
    package let replicate: Int
    package let seed: UInt64
    package let assignment: Assignment
    /// The trial whose selected weights it begins with; nil where it begins from nothing.
    package let from: Int?

    package internal(set) var phase = Phase.waiting
    /// The newest attempt's number; 0 before the first.
    package internal(set) var attempt = 0
    /// Attempts that ended as failures of their worker: lost, or hung.
    package internal(set) var lostAttempts = 0
    /// How the workers of lost attempts ended, in their order, where that is known; nil where it never was.
    package internal(set) var processEnds: [ProcessEnd]?
    /// How many of the lost attempts no longer count, since the trial was let try again after them; nil where it never
    /// was.
    package internal(set) var pardonedAttempts: Int?
    /// How many of ``processEnds`` were before that.
    package internal(set) var pardonedEnds: Int?
    /// The newest attempt's worker.
    package internal(set) var worker = ""
    /// Seconds since 1970 of the first attempt's start.
    package internal(set) var started: Double?
    /// Seconds since 1970 of the end.
    package internal(set) var finished: Double?
    /// The current rows: one per epoch, epochs 1, 2, ... without a gap.
    package internal(set) var history: EpochHistory = []
    package internal(set) var best: StoredFile?
    /// Why there is no `best` any more; nil where there is one, or nobody said.
    package internal(set) var bestRemoval: JournalRecord.FileRemoved.Reason?
    package internal(set) var last: StoredFile?
    /// The one before, to go on from where the newest is damaged; it takes its place when that is removed.
    package internal(set) var previousLast: StoredFile?
    package internal(set) var outcome: TrialOutcome?
    /// The epoch after which it pauses; nil where it goes on to its end.
    package internal(set) var pauseAfter: Int?
    /// Whether it is to end with the epochs that it has.
    package internal(set) var stops = false

    package init(_ created: JournalRecord.TrialCreated, of study: StudyID) {
        self.study = study
        from = created.from
        number = created.trial
        point = created.point
        replicate = created.replicate
        seed = created.seed
        assignment = created.assignment
    }

    package var id: AttemptID { AttemptID(study: study, trial: number, attempt: attempt) }
    /// Whether it has the epochs after which it pauses.
    package var isPauseDue: Bool { pauseAfter.map { history.count >= $0 } ?? false }
    /// Whether it can pause: a checkpoint of the epoch is there. Without one it is trained up to there again.
    var isSavedForPause: Bool { pauseAfter.map { (last?.epoch ?? 0) >= $0 } ?? false }
    /// Of its stored checkpoints.
    package var checkpointBytes: Int { [best, last, previousLast].reduce(0) { $0 + ($1?.size ?? 0) } }
    /// The lost attempts that count towards the bound on them.
    package var countedFailures: Int { lostAttempts - (pardonedAttempts ?? 0) }
    /// How the workers of ``countedFailures`` ended, where that is known.
    package var countedEnds: [ProcessEnd] { Array((processEnds ?? []).dropFirst(pardonedEnds ?? 0)) }
    package var isOver: Bool { phase == .completed || phase == .failed || phase == .pruned }
    /// Its rows, as long as there may be more of them.
    var openRows: Int { isOver ? 0 : history.count }

    /// Forgets the rows and files of epochs that are trained again.
    mutating func supersede(after epoch: Int) {
        // Epochs are 1, 2, ... without a gap.
        history.keep(first: epoch)
        if let file = best, file.epoch > epoch { best = nil }
        if let file = previousLast, file.epoch > epoch { previousLast = nil }
        if let file = last, file.epoch > epoch { (last, previousLast) = (nil, nil) }
    }

    /// The epoch that `rule` keeps among the current rows, with its value.
    package func selection(_ rule: SelectionRule) -> (epoch: Int, value: Double)? {
        var selection = Selection(rule)
        for row in history {
            selection.observe(epoch: row.epoch, value: row.metrics[rule.monitor] ?? .nan)
        }
        guard let epoch = selection.bestEpoch, let value = selection.bestValue else { return nil }
        return (epoch, value)
    }
}

/// The rows of a trial, by epoch.
///
/// A copy shares all but the newest rows: who reads one while the other goes on growing costs it little, however long
/// it is.
package struct EpochHistory: Hashable, Sendable {
    private static let blockSize = 64

    /// Whole blocks, which change no more.
    private var blocks: [[EpochResult]] = []
    /// Fewer than a block.
    private var newest: [EpochResult] = []

    package init(_ rows: some Sequence<EpochResult> = []) {
        for row in rows { append(row) }
    }

    mutating func append(_ row: EpochResult) {
        newest.append(row)
        if newest.count == Self.blockSize {
            blocks.append(newest)
            newest = []
        }
    }

    /// Forgets the rows after the first `count`; all are kept where there are not as many.
    mutating func keep(first count: Int) {
        guard count < self.count else { return }
        if count < blocks.count * Self.blockSize {
            newest = blocks[count / Self.blockSize]
            blocks.removeSubrange((count / Self.blockSize)...)
        }
        newest.removeSubrange((count - blocks.count * Self.blockSize)...)
    }
}

extension EpochHistory: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { blocks.count * Self.blockSize + newest.count }

    package subscript(index: Int) -> EpochResult {
        let block = index / Self.blockSize
        return block < blocks.count
            ? blocks[block][index % Self.blockSize] : newest[index - blocks.count * Self.blockSize]
    }
}

extension EpochHistory: ExpressibleByArrayLiteral {
    package init(arrayLiteral rows: EpochResult...) {
        self.init(rows)
    }
}

extension TrialState {
    /// A trial as a snapshot has it, without its rows.
    package init(
        _ created: JournalRecord.TrialCreated, of study: StudyID, phase: Phase, attempt: Int, lostAttempts: Int,
        processEnds: [ProcessEnd]?, pardonedAttempts: Int?, pardonedEnds: Int?, worker: String, started: Double?,
        finished: Double?, best: StoredFile?, bestRemoval: JournalRecord.FileRemoved.Reason?, last: StoredFile?,
        previousLast: StoredFile?, outcome: TrialOutcome?, pauseAfter: Int?, stops: Bool
    ) {
        self.init(created, of: study)
        self.phase = phase
        self.attempt = attempt
        self.lostAttempts = lostAttempts
        self.processEnds = processEnds
        self.pardonedAttempts = pardonedAttempts
        self.pardonedEnds = pardonedEnds
        self.worker = worker
        self.started = started
        self.finished = finished
        self.best = best
        self.bestRemoval = bestRemoval
        self.last = last
        self.previousLast = previousLast
        self.outcome = outcome
        self.pauseAfter = pauseAfter
        self.stops = stops
    }
}
