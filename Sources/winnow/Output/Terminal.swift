import CPosix
import Glibc

/// One of the two streams that a person may be looking at.
package struct Terminal {
    static let output = Terminal(descriptor: STDOUT_FILENO)
    package static let errors = Terminal(descriptor: STDERR_FILENO)

    package let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Whether lines may be redrawn: a terminal that can.
    var isInteractive: Bool {
        isatty(descriptor) == 1 && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
    }

    /// Whether colour is welcome (https://no-color.org).
    var hasColor: Bool {
        isInteractive && getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
    }

    /// Width; nil where nobody looks, and lines need not be cut.
    var columns: Int? {
        let columns = Int(winnow_terminal_columns(descriptor))
        return isatty(descriptor) == 1 && columns > 0 ? columns : nil
    }

    /// Height; nil where nobody looks.
    var rows: Int? {
        let rows = Int(winnow_terminal_rows(descriptor))
        return isatty(descriptor) == 1 && rows > 0 ? rows : nil
    }

    func line(_ text: String) {
        write(text + "\n")
    }

    /// Writes all of it at once, so that lines of several processes do not mix.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
