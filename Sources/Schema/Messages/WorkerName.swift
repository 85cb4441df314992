/// A worker's name, `HOST-PID-RANDOM`: unique among all workers, ever, and readable.
package struct WorkerName: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let process: Int32
    package let token: String

    /// - Parameter host: what is no letter, digit, point, hyphen or underscore becomes an underscore.
    package init(host: String, process: Int32, token: UInt32) {
        self.host = host.isEmpty ? "_" : String(decoding: host.utf8.prefix(200).map(Self.plain), as: UTF8.self)
        self.process = process
        self.token = String(token, radix: 16)
    }

    private static func plain(_ byte: UInt8) -> UInt8 {
        isPlain(byte) ? byte : UInt8(ascii: "_")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Reads a name; nil where the text is none: a host of letters, digits, `.`, `-` and `_`, a process number, and up to
    /// 32 letters and digits, of 255 bytes in all.
    package init?(_ text: String) {
        guard text.utf8.count <= 255, text.utf8.allSatisfy(Self.isPlain) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, !(parts.count == 3 && parts[0].isEmpty), let process = Int32(parts[parts.count - 2]),
            (1...32).contains(parts[parts.count - 1].utf8.count)
        else { return nil }
        host = parts.dropLast(2).joined(separator: "-")
        self.process = process
        token = String(parts[parts.count - 1])
    }

    package var description: String { "\(host)-\(process)-\(token)" }
}
