/// The text of a key, as bytes.
///
/// Source: ZeroMQ RFC 32.
enum Z85 {
    private static let digits = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

    struct Malformed: Error {}

    static func decode(_ text: String) throws -> [UInt8] {
        let values = try text.utf8.map { digit in
            guard let value = digits.firstIndex(of: digit) else { throw Malformed() }
            return UInt32(value)
        }
        return stride(from: 0, to: values.count, by: 5).flatMap { start in
            let word = values[start..<start + 5].reduce(0) { $0 &* 85 &+ $1 }
            return (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) }
        }
    }
}
