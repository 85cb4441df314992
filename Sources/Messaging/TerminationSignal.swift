internal import CPosix
internal import Glibc

/// The signals that ask a program to end, as something that a poll can wait for; they must be blocked from the program's
/// start on.
package final class TerminationSignal {
    /// What a signal asks for.
    package enum Request: Hashable, Sendable {
        /// To save what is under way, and to end: the first SIGINT, SIGTERM or SIGHUP.
        case save
        /// To end at once: SIGINT or SIGTERM, after a first one.
        case endNow
    }

    package let fileDescriptor: Int32
    private var isAsked = false

    package init() throws(ZMQError) {
        fileDescriptor = winnow_termination_fd()
        guard fileDescriptor >= 0 else { throw .failed(operation: "make a signalfd", endpoint: nil, code: errno) }
    }

    /// Takes what the signals ask for that have come; nil where none has.
    ///
    /// A SIGHUP repeats nothing: a terminal that closes sends it by the kernel and by the shell, and systemd may send it
    /// behind a SIGTERM.
    package func take() -> Request? {
        while true {
            switch winnow_take_signal(fileDescriptor) {
            case 0: return nil
            case SIGHUP where isAsked: continue
            default:
                defer { isAsked = true }
                return isAsked ? .endNow : .save
            }
        }
    }

    deinit {
        close(fileDescriptor)
    }
}
