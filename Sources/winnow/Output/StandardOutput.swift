import Glibc
import Synchronization

/// Standard output, whose failures are noticed: a table that a full disk has cut short must not pass for a whole one.
enum StandardOutput {
    private enum Trouble {
        case failed(Int32)
        /// Nobody reads any more, which ends the output and is no failure, as for `| head`.
        case closed
    }

    private static let trouble = Mutex<Trouble?>(nil)

    /// Writes all of it, unless an earlier write has failed.
    static func write(_ text: String) {
        trouble.withLock { trouble in
            guard trouble == nil else { return }
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    // A pipe that somebody else has made non-blocking.
                    var wait = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    poll(&wait, 1, -1)
                    continue
                }
                guard count > 0 else {
                    trouble = errno == EPIPE ? .closed : .failed(errno)
                    return
                }
                bytes = bytes.dropFirst(count)
            }
        }
    }

    /// Ends the output.
    ///
    /// - Returns: what went wrong with it; nil where all has been written.
    static func finish() -> Failure? {
        let before = trouble.withLock { $0 }
        if case .closed = before { return nil }
        if case .failed(let code) = before { return failure(code) }
        // A file system over the network may tell only here that there is no room.
        let copy = dup(STDOUT_FILENO)
        guard copy >= 0, close(copy) != 0, errno != EINTR else { return nil }
        return failure(errno)
    }

    private static func failure(_ code: Int32) -> Failure {
        Failure(.disk, "standard output: \(String(cString: strerror(code)))")
    }
}

/// Prints to standard output, in place of Swift's `print`, which overlooks failures; how the command ends tells of them.
func print(_ item: some CustomStringConvertible, terminator: String = "\n") {
    StandardOutput.write(item.description + terminator)
}
