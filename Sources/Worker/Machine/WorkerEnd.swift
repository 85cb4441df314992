package import Experiments

/// Why a worker ends.
package enum WorkerEnd: Hashable, Sendable {
    /// The coordinator has nothing more to do.
    case finished
    /// It was told to stop, and has saved what it trained.
    case interrupted
    /// It has worked for as long as it was to; what it trained is saved.
    case timeLimit
    /// It has taken as many trials as it was to.
    case countReached
    /// There was nothing to do for as long as it was to wait.
    case idle
    /// No coordinator answered for so long.
    case unreachable(after: Duration)
    /// The coordinator that had started it has died.
    case orphaned
    /// The coordinator does not want this worker.
    case refused(String)
    /// A thread does not leave the attempt that was taken from it: only the process's end frees its slot.
    case stuck(AttemptID)
    /// The data of a trial cannot be had on this machine.
    case noData(String)
}
