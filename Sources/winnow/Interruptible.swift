import CPosix
import Glibc

/// Work that Ctrl-C may simply end, since it leaves nothing half done.
///
/// The program blocks the signals that ask for its end from its start on, for the commands that read them from a
/// descriptor.
enum Interruptible {
    static func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        var (signals, before) = (sigset_t(), sigset_t())
        winnow_termination_signals(&signals)
        pthread_sigmask(SIG_UNBLOCK, &signals, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}
