/// Cuts a stream of bytes into lines.
///
/// A carriage return begins the line anew, as on a terminal: of a progress bar its last state counts. Lines that are too
/// long are left out.
package struct LineSplitter {
    /// The longest line that is looked at.
    package static let longest = 1 << 20

    private var line: [UInt8] = []
    private var isTooLong = false
    /// A carriage return has come, and it is not known yet whether it ends the line.
    private var isReturned = false

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>, _ body: ([UInt8]) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                finish(body)
            } else if byte == UInt8(ascii: "\r") {
                isReturned = true
            } else {
                if isReturned {
                    line.removeAll(keepingCapacity: true)
                    (isTooLong, isReturned) = (false, false)
                }
                if line.count < Self.longest { line.append(byte) } else { isTooLong = true }
            }
        }
    }

    /// Ends the last line.
    package mutating func finish(_ body: ([UInt8]) -> Void) {
        if !isTooLong, !line.isEmpty { body(line) }
        line.removeAll(keepingCapacity: true)
        (isTooLong, isReturned) = (false, false)
    }
}
