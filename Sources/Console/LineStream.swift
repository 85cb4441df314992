internal import Synchronization

/// Lines on their way out, whole and in order; those of one batch leave together.
package final class LineStream: Sendable {
    /// What waits for the end of a batch; nil outside of one.
    private let waiting = Mutex<String?>(nil)
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes one or more lines with their ends.
    package init(write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    /// - Parameter line: without its end.
    package func line(_ line: String) {
        let waits = waiting.withLock { text in
            if text != nil {
                text! += line
                text! += "\n"
            }
            return text != nil
        }
        if !waits { write(line + "\n") }
    }

    /// What `body` says leaves in one piece; so does what others say meanwhile.
    package func batch(_ body: () -> Void) {
        waiting.withLock { $0 = "" }
        body()
        let text = waiting.withLock { text in
            defer { text = nil }
            return text ?? ""
        }
        if !text.isEmpty { write(text) }
    }
}
