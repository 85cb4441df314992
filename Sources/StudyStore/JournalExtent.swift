/// How much of a journal something speaks of: so many bytes of each of its first segments, and what stood there.
struct JournalExtent: Hashable, Sendable, Codable {
    /// Bytes of each segment, the first one's first, up to the end of a record.
    var sizes: [Int] = []
    /// The checksum of all records' checksums, in their order.
    var chain: UInt32 = 0

    mutating func add(checksum: UInt32) {
        let words = UInt64(chain) | UInt64(checksum) << 32
        chain = withUnsafeBytes(of: words.littleEndian) { CRC32C.checksum($0) }
    }
}
