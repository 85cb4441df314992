internal import Files
internal import Hashing

/// A record of an event file: the length of an event in 8 bytes, its checksum in 4, the event, its checksum in 4.
///
/// Source: TFRecord, `tensorflow/core/lib/io/record_writer.h`.
package enum EventRecord {
    /// What the bytes at a place hold.
    package enum Found {
        case event(ScalarEvent)
        /// Its end is not there yet.
        case incomplete
        /// It is no event: what comes behind cannot be read.
        case spoilt
    }

    private static let longest = 64 << 20

    /// The event that begins at `start`, which then stands behind it.
    ///
    /// What a checksum would tell of a file on this machine's own disk, the event's own form tells as well.
    package static func next(in bytes: [UInt8], from start: inout Int) -> Found {
        let (head, foot) = (12, 4)
        guard bytes.count - start >= head + foot else { return .incomplete }
        let length = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[start + $1]) }
        guard length <= longest else { return .spoilt }
        let (first, last) = (start + head, start + head + Int(length))
        guard bytes.count >= last + foot else { return .incomplete }
        guard let event = ScalarEvent(payload: Array(bytes[first..<last])) else { return .spoilt }
        start = last + foot
        return .event(event)
    }

    static func framed(_ payload: [UInt8]) -> [UInt8] {
        let length = UInt64(payload.count).littleEndianBytes
        return length + masked(length).littleEndianBytes + payload + masked(payload).littleEndianBytes
    }

    /// CRC-32C, rotated by 15 bits and moved, so that a checksum of checksums is none.
    private static func masked(_ bytes: [UInt8]) -> UInt32 {
        let crc = CRC32C.checksum(bytes)
        return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
    }
}
