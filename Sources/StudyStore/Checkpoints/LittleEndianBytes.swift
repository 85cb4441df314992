/// Bytes that numbers are appended to.
struct LittleEndianBytes {
    var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Numbers that are taken from bytes, one after the other.
struct LittleEndianReader {
    private let bytes: [UInt8]
    private var offset: Int

    init(_ bytes: [UInt8], at offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// - Throws: ``SnapshotMismatch`` where there are not as many bytes left.
    mutating func next<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - offset >= size else { throw SnapshotMismatch(description: "it ends too early") }
        defer { offset += size }
        return Value(
            littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) })
    }

    mutating func nextBytes(_ count: Int) throws -> [UInt8] {
        guard bytes.count - offset >= count else { throw SnapshotMismatch(description: "it ends too early") }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    mutating func doubles(_ count: Int) throws -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(Double(bitPattern: try next(UInt64.self))) }
        return values
    }
}
