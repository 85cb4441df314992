package import Experiments
package import Schema
package import Studies
import Synchronization

/// Carries out attempts of trials: Winnow's own training is one runner.
package protocol TrialRunner: Sendable {
    /// Carries an attempt out on the calling thread, until it is over or is ordered to end.
    ///
    /// Reports each row and checkpoint as it comes, and in the end once how it ended: `finished`, `paused` or `left`. What
    /// goes wrong is an end as well; it never traps.
    /// - Parameters:
    ///   - attempt: what is to be run.
    ///   - control: the orders, which are heeded between steps.
    ///   - report: hears what happens, on the calling thread; what comes at once, in its order.
    func run(_ attempt: TrialAttempt, control: RunControl, report: @escaping ([RunnerEvent]) -> Void)
}

/// What a runner is given.
package struct TrialAttempt: Sendable {
    package let assign: CoordinatorMessage.Assign
    /// The trial's experiment: its values set, and no search.
    package let file: ExperimentFile
    /// What it goes on from, or begins with; the runner's to remove when it has been read.
    package let checkpoint: SpooledFile?
    /// Where its checkpoints are written.
    package let spool: Spool

    package init(
        assign: CoordinatorMessage.Assign, file: ExperimentFile, checkpoint: SpooledFile?, spool: Spool
    ) {
        self.assign = assign
        self.file = file
        self.checkpoint = checkpoint
        self.spool = spool
    }
}

extension TrialAttempt {
    /// What it was to go on from is not needed.
    func discardCheckpoint() {
        if let checkpoint { spool.discard(checkpoint) }
    }

    /// The end of an attempt that cannot begin.
    func refused(_ reason: String) -> RunnerEvent {
        discardCheckpoint()
        return .finished(.failed(assign.id, after: assign.resumedEpoch, reason))
    }
}

/// What a runner reports.
package enum RunnerEvent: Hashable, Sendable {
    case epochFinished(EpochResult)
    /// A checkpoint that has been written into the spool. A `best` is reported before the `last` that needs it.
    case checkpoint(AttemptID, SpooledFile)
    case progress(Progress)
    /// What a program has written.
    case output(AttemptID, [UInt8])
    /// What the study's programs find on this machine, and a list of the packages; once.
    case environment(StudyID, [String: String], packages: [UInt8])
    /// The attempt has begun; told to end, it may take so long.
    case began(AttemptID, grace: Duration)
    /// The attempt has read what it goes on from: what the coordinator has need not be sent to it again.
    case resumed(AttemptID, SpooledFile)
    /// Training is over; all of its epochs and checkpoints were reported before.
    case finished(TrialOutcome)
    /// Training was paused; its last checkpoint was reported before, unless the spool did not take it.
    case paused(AttemptID, isSaved: Bool = true)
    /// The thread has left an abandoned attempt.
    case left(AttemptID)
}

/// What a running attempt has been told: read by its thread before every step, written by the network's.
package final class RunControl: Sendable {
    package enum Order: Int {
        case run
        /// Save, and end; another worker goes on.
        case pause
        /// Save, and end; the search has decided against the trial.
        case prune
        /// End at once; nothing of it counts.
        case abandon
    }

    private let value = Atomic<Int>(Order.run.rawValue)

    package init() {}

    package var order: Order { Order(rawValue: value.load(ordering: .relaxed))! }

    package func give(_ order: Order) {
        value.store(order.rawValue, ordering: .relaxed)
    }
}
