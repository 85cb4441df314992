import CPosix
import Glibc

/// The signals that ask a program to end, behind a descriptor that can be polled; they must be blocked from the program's
/// start on.
package final class TerminationSignal {
    /// What a signal asks for.
    package enum Request: Hashable, Sendable {
        /// To save the work and end: the first SIGINT, SIGTERM or SIGHUP.
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

    /// The request of the signals that have arrived; nil if none has.
    ///
    /// A SIGHUP never counts as the second signal: a closing terminal sends it through the kernel and the shell, and
    /// systemd may send it after a SIGTERM.
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
