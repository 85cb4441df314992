import Glibc
import Messaging
import Testing

/// What the signals that ask for the end amount to, in the order in which they come.
@Suite struct TerminationSignalTests {
    /// A terminal that closes sends SIGHUP more than once, and systemd sends one behind a SIGTERM: that is no second
    /// request.
    @Test(
        arguments: [
            ([SIGHUP], [.save]), ([SIGTERM], [.save]), ([SIGINT], [.save]),
            ([SIGHUP, SIGHUP, SIGHUP], [.save]), ([SIGTERM, SIGHUP], [.save]), ([SIGINT, SIGHUP, SIGHUP], [.save]),
            ([SIGTERM, SIGTERM], [.save, .endNow]), ([SIGHUP, SIGTERM], [.save, .endNow]),
            ([SIGINT, SIGHUP, SIGINT], [.save, .endNow]),
        ] as [([Int32], [TerminationSignal.Request])])
    func aHangUpRepeatsNothing(_ signals: [Int32], _ requests: [TerminationSignal.Request]) throws {
        var (blocked, before) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&blocked, signal) }
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let termination = try TerminationSignal()
        #expect(termination.take() == nil)
        var taken: [TerminationSignal.Request] = []
        for signal in signals {
            // To this thread alone, which reads it from the descriptor.
            pthread_kill(pthread_self(), signal)
            while let request = termination.take() { taken.append(request) }
        }
        #expect(taken == requests)
    }
}
