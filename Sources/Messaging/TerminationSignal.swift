internal import CPosix
internal import Glibc

/// SIGINT and SIGTERM as something that a poll can wait for; they must be blocked from the program's start on.
package final class TerminationSignal {
    package let fileDescriptor: Int32

    package init() throws(ZMQError) {
        fileDescriptor = winnow_termination_fd()
        guard fileDescriptor >= 0 else { throw .failed(operation: "make a signalfd", endpoint: nil, code: errno) }
    }

    /// Takes one signal, if one has come.
    package func take() -> Bool {
        winnow_take_signal(fileDescriptor) != 0
    }

    deinit {
        close(fileDescriptor)
    }
}
