/// A worker's name, `HOST-PID-RANDOM`: unique among all workers, ever, and readable.
package struct WorkerName: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let process: Int32
    package let token: String

    package init(host: String, process: Int32, token: UInt32) {
        self.host = host
        self.process = process
        self.token = String(token, radix: 16)
    }

    /// Reads a name; nil where the text is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let process = Int32(parts[parts.count - 2]) else { return nil }
        host = parts.dropLast(2).joined(separator: "-")
        self.process = process
        token = String(parts[parts.count - 1])
    }

    package var description: String { "\(host)-\(process)-\(token)" }
}
