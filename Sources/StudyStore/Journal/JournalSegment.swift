internal import Files
internal import Hashing

/// One file of the journal, as bytes: a header of 16 bytes, then records.
///
///     header   "winnow-journal" | version  UInt16
///     record   length  UInt32   | CRC-32C of the payload  UInt32 | payload: a `Record` of `records.proto`
///
/// Numbers are little-endian. The header is put in place as a whole, before any record.
enum JournalSegment {
    static let version: UInt16 = 2
    static let header: [UInt8] = Array("winnow-journal".utf8) + version.littleEndianBytes
    static let recordHeaderSize = 8
    /// No record comes near it; a longer one is not a record.
    static let longestPayload = 16 << 20

    /// What every record begins with: field 1, of 64 bits.
    private static let studyTag: UInt8 = 0x09

    static let suffix = ".wnj"

    static func name(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + suffix
    }

    static func append(_ payload: [UInt8], to bytes: inout [UInt8]) {
        bytes += UInt32(payload.count).littleEndianBytes
        bytes += CRC32C.checksum(payload).littleEndianBytes
        bytes += payload
    }

    /// Every whole record in the bytes, also those after damage, and what lies between them.
    static func salvage(_ bytes: [UInt8]) -> (payloads: [Range<Int>], damage: [Range<Int>]) {
        var payloads: [Range<Int>] = []
        var damage: [Range<Int>] = []
        var end = min(header.count, bytes.count)
        if !bytes.starts(with: header) { damage.append(0..<end) }
        var offset = end
        while offset < bytes.count {
            if let payload = payload(at: offset, in: bytes) {
                if offset > end { damage.append(end..<offset) }
                payloads.append(payload)
                end = payload.upperBound
                offset = end
            } else {
                offset += 1
            }
        }
        if end < bytes.count { damage.append(end..<bytes.count) }
        return (payloads, damage)
    }

    /// What stands in a segment's bytes.
    struct Contents {
        /// The payload of each whole record, up to the first that is not.
        var payloads: [Range<Int>]
        /// Where the last of them ends.
        var end: Int
        /// Whether a whole record stands anywhere after `end`: then the bytes between are damage, not a torn tail.
        var goesOn: Bool
    }

    /// - Throws: ``StudyStoreError`` where the header is not that of a segment which this program can read.
    static func contents(of bytes: [UInt8], path: String) throws(StudyStoreError) -> Contents {
        try checkHeader(bytes, path: path)
        var payloads: [Range<Int>] = []
        var end = header.count
        while let payload = payload(at: end, in: bytes) {
            payloads.append(payload)
            end = payload.upperBound
        }
        let goesOn = (end..<bytes.count).dropFirst().contains { payload(at: $0, in: bytes) != nil }
        return Contents(payloads: payloads, end: end, goesOn: goesOn)
    }

    private static func checkHeader(_ bytes: [UInt8], path: String) throws(StudyStoreError) {
        guard bytes.count >= header.count, bytes.starts(with: header.dropLast(2)) else {
            throw StudyStoreError(.damaged(offset: 0, reason: "not a segment of a journal"), path: path)
        }
        if let version = otherVersion(bytes) { throw StudyStoreError(.unknownVersion("\(version)"), path: path) }
    }

    /// The version of a segment that another program wrote; nil where it is this one's, or the bytes are no segment.
    static func otherVersion(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= header.count, bytes.starts(with: header.dropLast(2)), !bytes.starts(with: header) else {
            return nil
        }
        return Int(bytes[header.count - 2]) | Int(bytes[header.count - 1]) << 8
    }

    /// The payload of the record that starts at `offset`; nil where no whole record does.
    private static func payload(at offset: Int, in bytes: [UInt8]) -> Range<Int>? {
        let start = offset + recordHeaderSize
        guard start <= bytes.count else { return nil }
        let count = Int(number(at: offset, in: bytes))
        guard count > 0, count <= min(longestPayload, bytes.count - start) else { return nil }
        let payload = start..<start + count
        // The study's number: looked at before the checksum, since the search for records after damage tries every byte.
        guard bytes[start] == studyTag,
            CRC32C.checksum(bytes.span.extracting(payload)) == number(at: offset + 4, in: bytes)
        else {
            return nil
        }
        return payload
    }

    /// The checksum of the record whose payload stands there.
    static func checksum(of payload: Range<Int>, in bytes: [UInt8]) -> UInt32 {
        number(at: payload.lowerBound - 4, in: bytes)
    }

    static func number(at offset: Int, in bytes: [UInt8]) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
}
