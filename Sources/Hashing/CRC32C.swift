/// The Castagnoli checksum, which guards each record of the journal and of TensorBoard's event files.
///
/// Reflected polynomial 0x82F63B78, initial value and final exclusive-or 0xFFFFFFFF; "123456789" has 0xE3069283. Eight
/// bytes are taken at a time, by a table for each of them.
///
/// Sources: RFC 3720, section 12.1 and appendix B.4; M. Kounavis, F. Berry, "A systematic approach to building high
/// performance software-based CRC generators", ISCC 2005.
package enum CRC32C {
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        checksum(bytes.span)
    }

    package static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { checksum($0) }
    }

    package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var crc = ~UInt32(0)
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                let mixed = word ^ UInt64(crc)
                crc = 0
                for index in 0..<8 {
                    let byte = Int(truncatingIfNeeded: mixed >> UInt64(8 * index)) & 0xFF
                    crc ^= tables[(7 - index) << 8 + byte]
                }
                offset += 8
            }
            while offset < bytes.count {
                crc = tables[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[offset])] ^ (crc >> 8)
                offset += 1
            }
            return ~crc
        }
    }

    /// What a byte with n bytes after it adds, at `256 n + byte`.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { crc, _ in
                crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F6_3B78
            }
        }
        for index in 256..<2_048 {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 0xFF)] ^ (before >> 8))
        }
        return tables
    }()
}
