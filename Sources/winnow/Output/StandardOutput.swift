import CPosix
import Glibc
import Synchronization

/// Standard output with error detection: a table that a full disk truncated must not pass for a whole one.
enum StandardOutput {
    private enum Trouble {
        case failed(Int32)
        /// The reader has closed the pipe, which ends the output without a failure, as for `| head`.
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
                    // Another process has made the pipe non-blocking.
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
    /// - Returns: its failure; nil if all was written.
    static func finish() -> Failure? {
        let before = trouble.withLock { $0 }
        if case .closed = before { return nil }
        if case .failed(let code) = before { return failure(code) }
        // A network file system may report only here that it is full.
        let copy = dup(STDOUT_FILENO)
        guard copy >= 0, close(copy) != 0, errno != EINTR else { return nil }
        return failure(errno)
    }

    private static func failure(_ code: Int32) -> Failure {
        Failure(.disk, "standard output: \(String(cString: strerror(code)))")
    }
}

/// Prints to standard output. Swift's `print`, which it replaces, ignores failures; these decide the exit code.
func print(_ item: some CustomStringConvertible, terminator: String = "\n") {
    StandardOutput.write(item.description + terminator)
}

/// Standard output or standard error, which may be a terminal.
package struct Terminal {
    static let output = Terminal(descriptor: STDOUT_FILENO)
    package static let errors = Terminal(descriptor: STDERR_FILENO)

    package let descriptor: Int32

    package init(descriptor: Int32) { self.descriptor = descriptor }

    /// Whether it is a terminal that can redraw lines.
    var isInteractive: Bool { isatty(descriptor) == 1 && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false }

    /// The width; nil if it is not a terminal, and lines need not be cut.
    var columns: Int? {
        let columns = Int(winnow_terminal_columns(descriptor))
        return isatty(descriptor) == 1 && columns > 0 ? columns : nil
    }

    /// The height; nil if it is not a terminal.
    var rows: Int? {
        let rows = Int(winnow_terminal_rows(descriptor))
        return isatty(descriptor) == 1 && rows > 0 ? rows : nil
    }

    func line(_ text: String) { write(text + "\n") }

    /// Writes the text at once, so that lines of several processes do not mix.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
