import Glibc

/// Work that Ctrl-C may simply end, since it leaves nothing half done.
///
/// The program blocks SIGINT and SIGTERM from its start on, for the commands that read them from a descriptor.
enum Interruptible {
    static func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        defer { pthread_sigmask(SIG_BLOCK, &signals, nil) }
        return try body()
    }
}
